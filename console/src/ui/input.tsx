import { Field as BaseField } from '@base-ui/react/field'
import type { InputHTMLAttributes, ReactElement, ReactNode, TextareaHTMLAttributes } from 'react'

const INPUT =
  'w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink focus-visible:-outline-offset-1 data-invalid:border-bad disabled:bg-sunken disabled:text-muted'

interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  /** What the server said about this field. */
  readonly error?: string | undefined
  readonly children: ReactNode
}

/** A label, a control (Input, TextArea), a hint, and what is wrong with it; all tied together for readers of the screen. */
export function Field({ label, hint, error, children }: FieldProps): ReactElement {
  return (
    <BaseField.Root invalid={error !== undefined} className="flex flex-col gap-1">
      <BaseField.Label className="text-xs font-medium text-ink">{label}</BaseField.Label>
      {children}
      {hint === undefined ? null : <BaseField.Description className="text-xs text-muted">{hint}</BaseField.Description>}
      <BaseField.Error match={error !== undefined} className="text-xs text-bad">
        {error}
      </BaseField.Error>
    </BaseField.Root>
  )
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'defaultValue' | 'value' | 'onChange' | 'size'> & {
  readonly value: string
  readonly onChange: (value: string) => void
}

export function Input({ value, onChange, className = '', ...rest }: InputProps): ReactElement {
  return (
    <BaseField.Control
      autoComplete="off"
      {...rest}
      value={value}
      onValueChange={onChange}
      className={`${INPUT} h-8 ${className}`}
    />
  )
}

type TextAreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value' | 'onChange' | 'defaultValue'> & {
  readonly value: string
  readonly onChange: (value: string) => void
}

export function TextArea({ value, onChange, className = '', ...rest }: TextAreaProps): ReactElement {
  return (
    <BaseField.Control
      value={value}
      onValueChange={onChange}
      render={<textarea rows={3} spellCheck={false} {...rest} />}
      className={`${INPUT} py-1.5 ${className}`}
    />
  )
}
