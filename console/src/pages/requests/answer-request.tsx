import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { elevations } from '../../api/elevations.ts'
import { meQuery } from '../../api/queries.ts'
import type { Elevation } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, TextArea } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'

type Act = 'approve' | 'deny' | 'cancel' | 'end' | 'justified' | 'unjustified'

const done: Readonly<Record<Act, string>> = {
  approve: 'Approved',
  deny: 'Denied',
  cancel: 'Taken back',
  end: 'Ended',
  justified: 'Reviewed',
  unjustified: 'Reviewed',
}

/** What the caller can do about a request: nobody answers or reviews their own. The server knows who may. */
export function AnswerRequest({
  application,
  request,
}: {
  application: string
  request: Elevation
}): ReactElement | null {
  const me = useQuery(meQuery)
  const [note, setNote] = useState('')
  const act = useAct(
    async (what: Act) =>
      what === 'justified' || what === 'unjustified'
        ? await elevations.review(application, request.id, { finding: what, note })
        : await elevations.answer(application, request.id, what, note.trim()),
    { done: (_, what) => done[what], refresh: [['access', application]], after: () => setNote('') },
  )
  const mine = me.data?.principal.id === request.person.id
  const answers = request.state === 'pending' && !mine
  const ends = request.state === 'approved'
  const reviews = request.kind === 'break_glass' && request.review === null && !mine
  const cancels = request.state === 'pending' && mine
  if (!answers && !ends && !reviews && !cancels) return null
  const who = request.person.name ?? 'They'
  return (
    <Section title={answers ? 'Answer' : reviews ? 'Review' : 'End'}>
      <div className="flex flex-col gap-3">
        {cancels ? null : (
          <Field
            label="Note"
            hint={reviews ? 'What you found out; it is kept with the event.' : 'Optional; whoever asked reads it.'}
          >
            <TextArea value={note} onChange={setNote} rows={2} maxLength={2000} />
          </Field>
        )}
        <div className="flex flex-wrap gap-2">
          {answers ? (
            <>
              <ConfirmInline
                safe
                label="Approve"
                busy={act.isPending}
                consequence={`${who} has it from now on for ${spanText(request.seconds)}, and it ends by itself.`}
                confirm="Approve"
                onConfirm={() => act.mutate('approve')}
              />
              <Button look="danger" busy={act.isPending} onClick={() => act.mutate('deny')}>
                Deny
              </Button>
            </>
          ) : null}
          {reviews ? (
            <>
              <Button busy={act.isPending} disabled={note.trim() === ''} onClick={() => act.mutate('justified')}>
                It was justified
              </Button>
              <Button
                look="danger"
                busy={act.isPending}
                disabled={note.trim() === ''}
                onClick={() => act.mutate('unjustified')}
              >
                It was not
              </Button>
            </>
          ) : null}
          {ends ? (
            <ConfirmInline
              label="End now"
              busy={act.isPending}
              consequence={`${mine ? 'You lose' : `${who} loses`} it at every edge of ${application} within seconds.`}
              confirm="End it"
              onConfirm={() => act.mutate('end')}
            />
          ) : null}
          {cancels ? (
            <Button busy={act.isPending} onClick={() => act.mutate('cancel')}>
              Take the request back
            </Button>
          ) : null}
        </div>
        <ErrorNote error={act.error} />
      </div>
    </Section>
  )
}
