import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { sinks } from '../../api/sinks.ts'
import type { Sink } from '../../api/types.ts'
import { absoluteTime } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Sets a sink to another place of the log: what that sends again, or never sends, is said first. */
export function RewindSink({ sink }: { sink: Sink }): ReactElement {
  const [text, setText] = useState('0')
  const place = /^\d{1,15}$/u.test(text.trim()) ? Number(text) : Number.NaN
  const rewind = useAct(async () => await sinks.rewind(sink.id, place), {
    done: () => `${sink.name} set to ${place.toLocaleString('en-GB')}`,
    refresh: [['sinks']],
  })
  const again = sink.cursor - place
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Deliver what lies above"
        hint={`From 0 (everything that is kept) to ${sink.head.toLocaleString('en-GB')} (only what comes).`}
        error={fieldError(rewind.error, 'seq')}
      >
        <Input value={text} onChange={setText} inputMode="numeric" className="w-40!" />
      </Field>
      <ConfirmInline
        label="Set"
        busy={rewind.isPending}
        disabled={Number.isNaN(place) || place > sink.head || again === 0}
        consequence={
          again > 0
            ? `The receiver of ${sink.name} gets up to ${count(again, 'event')} a second time.`
            : `Up to ${count(-again, 'event')} that ${sink.name} has not sent yet are passed over: its receiver never gets them.`
        }
        confirm={`Set to ${place.toLocaleString('en-GB')}`}
        onConfirm={() => rewind.mutate()}
      />
      <ErrorNote error={rewind.error} />
    </div>
  )
}

export function RotateSecret({ sink }: { sink: Sink }): ReactElement {
  const [hours, setHours] = useState('24')
  const overlap = /^\d{1,3}$/u.test(hours.trim()) ? Number(hours) : Number.NaN
  const rotate = useMutation({ mutationFn: async () => await sinks.rotate(sink.id, overlap) })
  if (rotate.data !== undefined) {
    return (
      <SecretOnce
        secret={rotate.data.secret}
        label="Copy secret"
        what={`The new secret is shown now and never again. Until ${absoluteTime(rotate.data.oldUntil)} messages carry the signature of the old one too.`}
      />
    )
  }
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="The old secret signs too, for hours"
        hint="0 to 168: the time that the receiver has to learn the new one."
        error={fieldError(rotate.error, 'overlapHours')}
      >
        <Input value={hours} onChange={setHours} inputMode="numeric" className="w-24!" />
      </Field>
      <ConfirmInline
        label="New secret"
        busy={rotate.isPending}
        disabled={Number.isNaN(overlap) || overlap > 168}
        consequence={
          overlap === 0
            ? `The receiver of ${sink.name} refuses every message from now on, until it knows the new secret.`
            : `The receiver of ${sink.name} has ${count(overlap, 'hour')} to learn the new secret; then it refuses what it cannot check.`
        }
        confirm="Make a new secret"
        onConfirm={() => rotate.mutate()}
      />
      <ErrorNote error={rotate.error} />
    </div>
  )
}

export function RemoveSink({ sink, onRemoved }: { sink: Sink; onRemoved: () => void }): ReactElement {
  const remove = useAct(async () => await sinks.remove(sink.id), {
    done: () => `${sink.name} removed`,
    refresh: [['sinks']],
    leave: onRemoved,
  })
  const { events, more } = sink.behind
  const left =
    events === 0 ? '' : ` ${more ? 'More than ' : ''}${count(events, 'event')} that it has not sent yet are not sent.`
  return (
    <div className="flex flex-col gap-2">
      <ConfirmInline
        label="Remove"
        busy={remove.isPending}
        consequence={`Nothing is sent to ${sink.name} any more, and its place and secrets are forgotten.${left} The log is not touched.`}
        confirm={`Remove ${sink.name}`}
        onConfirm={() => remove.mutate()}
      />
      <ErrorNote error={remove.error} />
    </div>
  )
}
