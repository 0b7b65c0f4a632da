import { type ReactElement, useState } from 'react'
import { parseObject } from '../../../lib/json.ts'
import { sameJson } from '../../../lib/protection-changes.ts'
import { Field, TextArea } from '../../../ui/input.tsx'

type JsonObject = Readonly<Record<string, unknown>>

interface JsonFieldProps<Value> {
  readonly label: string
  readonly hint: string
  readonly rows: number
  readonly value: Value
  /** How a value is written that was not typed here. */
  readonly write: (value: Value) => string
  readonly onChange: (value: JsonObject) => void
}

/** An object as JSON: what is typed stays as it is typed, and counts while it can be read. */
export function JsonField<Value extends JsonObject>(props: JsonFieldProps<Value>): ReactElement {
  const { label, hint, rows, value, write, onChange } = props
  const [text, setText] = useState(() => write(value))
  const parsed = parseObject(text)
  const shown = !parsed.ok || sameJson(parsed.value, value) ? text : write(value)
  return (
    <Field label={label} hint={hint} error={parsed.ok ? undefined : parsed.message}>
      <TextArea
        rows={rows}
        value={shown}
        className="font-mono text-xs"
        onChange={(next) => {
          setText(next)
          const read = parseObject(next)
          if (read.ok) onChange(read.value)
        }}
      />
    </Field>
  )
}
