import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { personal } from '../../api/identity.ts'
import type { Person } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'
import { Button, TextButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'

/** The address of a person, whether they have shown that it is theirs, and the change to another one. */
export function PersonEmail({ person, operates }: { person: Person; operates: boolean }): ReactElement {
  const [draft, setDraft] = useState<string | null>(null)
  const refresh = [['people']]
  const verify = useAct(async () => await personal.verifyEmail(person.id), {
    done: () => `A link to confirm it was mailed to ${person.email}`,
    refresh,
  })
  const change = useAct(async (email: string) => await personal.changeEmail(person.id, email), {
    done: (_, email) => `A link was mailed to ${email}: the address changes when it is followed`,
    refresh,
    after: () => setDraft(null),
  })
  const changeable = operates && person.source === 'local'
  return (
    <Section
      title="E-mail"
      aside={changeable && draft === null ? <TextButton onClick={() => setDraft('')}>Change</TextButton> : undefined}
    >
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <div className="min-w-0">
            <p className="break-all">{person.email}</p>
            {person.emailVerifiedAt === null ? (
              <Status tone="unknown">not verified</Status>
            ) : (
              <Status tone="good">
                verified <RelativeTime at={person.emailVerifiedAt} />
              </Status>
            )}
          </div>
          {person.emailVerifiedAt === null && operates && !person.email.endsWith('.invalid') ? (
            <Button busy={verify.isPending} onClick={() => verify.mutate()}>
              Send link
            </Button>
          ) : null}
        </div>
        {draft === null ? null : (
          <form
            className="flex flex-col gap-2"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              change.mutate(draft.trim())
            }}
          >
            <Field
              label="New e-mail address"
              error={fieldError(change.error, 'email')}
              hint="A link goes there. Nothing changes until it is followed; the old address is told."
            >
              <Input type="email" value={draft} onChange={setDraft} autoFocus />
            </Field>
            <div className="flex gap-2">
              <Button look="primary" type="submit" busy={change.isPending} disabled={draft.trim() === ''}>
                Mail the link
              </Button>
              <Button onClick={() => setDraft(null)}>Cancel</Button>
            </div>
          </form>
        )}
        <ErrorNote error={verify.error ?? change.error} />
      </div>
    </Section>
  )
}
