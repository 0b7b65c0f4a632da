import { type ReactElement, useState } from 'react'
import { sameJson } from '../lib/protection-changes.ts'
import { Field, Input } from './input.tsx'

interface MethodsFieldProps {
  readonly value: readonly string[] | undefined
  readonly onChange: (value: readonly string[] | undefined) => void
}

/** `GET, POST` as a list; nothing for all of them. */
function methodsOf(text: string): readonly string[] | undefined {
  const methods = text
    .toUpperCase()
    .split(/[\s,]+/u)
    .filter((method) => method !== '')
  return methods.length === 0 ? undefined : methods
}

/** Methods of HTTP, with commas between them. */
export function MethodsField({ value, onChange }: MethodsFieldProps): ReactElement {
  const [text, setText] = useState(() => value?.join(', ') ?? '')
  const shown = sameJson(methodsOf(text), value) ? text : (value?.join(', ') ?? '')
  return (
    <Field label="Methods">
      <Input
        value={shown}
        placeholder="all"
        className="font-mono text-xs"
        onChange={(next) => {
          setText(next)
          onChange(methodsOf(next))
        }}
      />
    </Field>
  )
}
