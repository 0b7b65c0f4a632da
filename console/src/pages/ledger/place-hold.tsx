import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import { describeHold } from '../../lib/holds.ts'
import { fromLocal } from '../../lib/time.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'

interface PlaceHoldProps {
  readonly onClose: () => void
  readonly onPlaced: (id: string) => void
}

export function PlaceHold({ onClose, onPlaced }: PlaceHoldProps): ReactElement {
  const [reason, setReason] = useState('')
  const [type, setType] = useState('Person')
  const [id, setId] = useState('')
  const [since, setSince] = useState('')
  const [until, setUntil] = useState('')
  const [from, to] = [fromLocal(since), fromLocal(until)]
  const subject = id.trim() === '' ? null : { type: type.trim(), id: id.trim() }
  const place = useAct(
    async () =>
      await ledger.placeHold({
        reason,
        ...(subject === null ? {} : { subject }),
        ...(from === undefined ? {} : { since: from }),
        ...(to === undefined ? {} : { until: to }),
      }),
    { done: () => 'Hold placed', refresh: [['ledger', 'holds']], after: (hold) => onPlaced(hold.id) },
  )
  return (
    <FormPanel
      title="Place a legal hold"
      submit="Place the hold"
      act={place}
      ready={reason.trim() !== ''}
      onClose={onClose}
    >
      <Field
        label="Why"
        hint="Kept encrypted, and shown to whoever may list holds: the case, and who asked."
        error={fieldError(place.error, 'reason')}
      >
        <TextArea value={reason} onChange={setReason} autoFocus required maxLength={1000} />
      </Field>
      <div className="grid grid-cols-[6rem_minmax(0,1fr)] gap-2">
        <Field label="Subject" error={fieldError(place.error, 'type')}>
          <Input value={type} onChange={setType} spellCheck={false} />
        </Field>
        <Field label="Id, empty for everybody" error={fieldError(place.error, 'id')}>
          <Input value={id} onChange={setId} spellCheck={false} className="font-mono text-xs!" />
        </Field>
      </div>
      <Field label="From" hint="Empty: from the first event on." error={fieldError(place.error, 'since')}>
        <Input type="datetime-local" value={since} onChange={setSince} />
      </Field>
      <Field label="Until" hint="Empty: also what is still to come." error={fieldError(place.error, 'until')}>
        <Input type="datetime-local" value={until} onChange={setUntil} />
      </Field>
      <p className="rounded-md bg-sunken px-3 py-2 break-words" role="status">
        {`Held: ${describeHold({ subject, since: from ?? null, until: to ?? null })} None of it is pruned or erased before the hold is released.`}
      </p>
    </FormPanel>
  )
}
