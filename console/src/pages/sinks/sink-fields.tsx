import type { ReactElement } from 'react'
import { fieldError } from '../../api/errors.ts'
import type { SinkKind } from '../../api/types.ts'
import { type Draft, type SinkField, sinkFields } from '../../lib/sink-fields.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'

interface SinkFieldsProps {
  readonly kind: SinkKind
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly error: unknown
  /** The sink is there already: an empty secret stays as it is. */
  readonly kept?: boolean
}

/** The settings of one kind of sink; what few people change is folded away. */
export function SinkFields({ kind, draft, onChange, error, kept = false }: SinkFieldsProps): ReactElement {
  const shown = sinkFields[kind].filter(({ when }) => when?.(draft) !== false)
  const one = (field: SinkField) => (
    <OneField
      key={field.name}
      field={field}
      value={draft[field.name] ?? ''}
      error={fieldError(error, field.name)}
      kept={kept}
      onChange={(value) => onChange({ ...draft, [field.name]: value })}
    />
  )
  const rare = shown.filter((field) => field.rare === true)
  const rareError = rare.some(({ name }) => fieldError(error, name) !== undefined)
  return (
    <>
      {shown.filter((field) => field.rare !== true).map(one)}
      {rare.length === 0 ? null : (
        <details {...(rareError ? { open: true } : {})}>
          <summary className="cursor-pointer text-xs text-muted">More settings</summary>
          <div className="flex flex-col gap-4 pt-3">{rare.map(one)}</div>
        </details>
      )}
    </>
  )
}

interface OneFieldProps {
  readonly field: SinkField
  readonly value: string | boolean
  readonly error: string | undefined
  readonly kept: boolean
  readonly onChange: (value: string | boolean) => void
}

function OneField({ field, value, error, kept, onChange }: OneFieldProps): ReactElement {
  const { label, type, choices = [], secret = false } = field
  if (typeof value === 'boolean') return <Checkbox checked={value} onChange={onChange} label={label} />
  if (type === 'choice') {
    return (
      <SelectField
        label={label}
        value={value}
        onChange={onChange}
        options={choices.map(([each, name]) => ({ value: each, label: name }))}
      />
    )
  }
  const hint =
    secret && kept ? 'Never shown again. Empty: what is there stays, as long as the address does.' : field.hint
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {type === 'pem' || type === 'headers' ? (
        <TextArea value={value} onChange={onChange} className="font-mono text-xs!" />
      ) : (
        <Input
          value={value}
          onChange={onChange}
          spellCheck={false}
          {...(type === 'number' ? { inputMode: 'numeric' as const } : {})}
          {...(field.required === true ? { required: true } : {})}
        />
      )}
    </Field>
  )
}
