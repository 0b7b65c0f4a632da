import { type ReactElement, type ReactNode, useState } from 'react'
import { sameJson } from '../lib/protection-changes.ts'
import { Field, Input, TextArea } from './input.tsx'

interface LinesFieldProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly rows?: number
  readonly disabled?: boolean
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** A list, one entry a line. */
export function LinesField({ label, hint, value, onChange, error, ...rest }: LinesFieldProps): ReactElement {
  const [text, setText] = useState(() => value.join('\n'))
  // Changed by other means than typing: by discarding, or by somebody's version.
  const shown = sameJson(linesOf(text), value) ? text : value.join('\n')
  return (
    <Field label={label} hint={hint} error={error}>
      <TextArea
        rows={3}
        {...rest}
        value={shown}
        onChange={(next) => {
          setText(next)
          onChange(linesOf(next))
        }}
        className="font-mono text-xs"
      />
    </Field>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly hint?: ReactNode
  /** null: not said. */
  readonly value: number | null
  readonly onChange: (value: number | null) => void
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly disabled?: boolean
}

/** A whole number, or nothing. */
export function NumberField({ label, hint, value, onChange, error, ...rest }: NumberFieldProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        inputMode="numeric"
        {...rest}
        value={value === null ? '' : String(value)}
        onChange={(text) => {
          const digits = text.replace(/\D/gu, '').slice(0, 12)
          onChange(digits === '' ? null : Number(digits))
        }}
      />
    </Field>
  )
}
