import { type ReactElement, useState } from 'react'
import { elevations } from '../../api/elevations.ts'
import { fieldError } from '../../api/errors.ts'
import type { ElevationRule } from '../../api/types.ts'
import { spansUpTo, spanText } from '../../lib/spans.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { TypeField } from '../permissions/request-fields.tsx'

interface AskPanelProps {
  readonly application: string
  /** By which the caller may ask. */
  readonly rules: readonly ElevationRule[]
  readonly onClose: () => void
  readonly onDone: (id: string) => void
}

/** Asks for a role, or for what a template permits, for a time. */
export function AskPanel({ application, rules, onClose, onDone }: AskPanelProps): ReactElement {
  const [chosen, setChosen] = useState<string | null>(null)
  const [span, setSpan] = useState<number | null>(null)
  const [type, setType] = useState('')
  const [id, setId] = useState('')
  const [reason, setReason] = useState('')
  const options = rules.map(({ gives, name }) => ({
    value: `${gives} ${name}`,
    label: `${gives === 'role' ? 'Role' : 'Template'} ${name}`,
  }))
  const value = chosen ?? options[0]?.value ?? ''
  const rule = rules.find(({ gives, name }) => `${gives} ${name}` === value)
  const spans = spansUpTo(rule?.maximumSeconds ?? 3600)
  const seconds =
    span !== null && spans.includes(span) ? span : (spans.find((each) => each >= 3600) ?? spans.at(-1) ?? 0)
  const resource = type === '' || id === '' ? null : { type, id }
  const ask = useAct(
    async () => {
      if (rule === undefined) throw new TypeError('the form is not complete')
      return await elevations.ask(application, {
        ...(rule.gives === 'role' ? { role: rule.name } : { template: rule.name }),
        ...(rule.gives === 'template' && resource !== null ? { resource } : {}),
        seconds,
        reason,
      })
    },
    {
      done: (request) =>
        request.state === 'pending' ? 'Asked: somebody else has to approve' : 'It is yours for that time',
      refresh: [['access', application]],
      after: (request) => onDone(request.id),
    },
  )
  return (
    <FormPanel
      title="Ask for access"
      submit="Ask"
      act={ask}
      ready={rule !== undefined && reason.trim() !== ''}
      onClose={onClose}
    >
      <SelectField
        label="What"
        value={value}
        options={options}
        onChange={setChosen}
        hint={
          rule === undefined
            ? 'No rule lets you ask for anything here.'
            : rule.approvers === null
              ? 'It needs no approval: you have it at once.'
              : 'Somebody else has to approve; your own answer does not count.'
        }
      />
      {rule?.gives === 'template' ? (
        <div className="grid grid-cols-2 gap-2">
          <TypeField value={type} onChange={setType} application={application} />
          <Field label="Resource id">
            <Input value={id} onChange={setId} spellCheck={false} className="font-mono" />
          </Field>
        </div>
      ) : null}
      <SelectField
        label="For how long"
        value={String(seconds)}
        options={spans.map((each) => ({ value: String(each), label: spanText(each) }))}
        onChange={(next) => setSpan(Number(next))}
      />
      <Field label="Why" hint="Whoever approves reads it." error={fieldError(ask.error, 'reason')}>
        <TextArea value={reason} onChange={setReason} maxLength={2000} />
      </Field>
    </FormPanel>
  )
}
