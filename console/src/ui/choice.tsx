import { type ReactElement, type ReactNode, useId } from 'react'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  /** Each with what comes of it. */
  readonly options: readonly { readonly value: T; readonly label: string; readonly says: ReactNode }[]
  readonly disabled?: boolean
}

/** One of a few, each with what comes of it beside it: for settings that one should not have to look up. */
export function Choice<T extends string>({ label, value, onChange, options, disabled }: ChoiceProps<T>): ReactElement {
  const name = useId()
  return (
    <fieldset disabled={disabled} className="min-w-0">
      <legend className="mb-1 text-xs font-medium">{label}</legend>
      <div className="divide-y divide-line overflow-hidden rounded-md border border-line bg-surface">
        {options.map((option) => (
          <label
            key={option.value}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2 px-3 py-2 has-checked:bg-accent-soft sm:grid-cols-[1rem_8rem_minmax(0,1fr)]"
          >
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 accent-accent"
            />
            <span className="font-medium">{option.label}</span>
            <span className="col-start-2 text-muted sm:col-start-3">{option.says}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
