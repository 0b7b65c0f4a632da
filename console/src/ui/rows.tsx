import type { ReactElement, ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'

interface RowsProps<T> {
  readonly label: string
  readonly hint?: ReactNode
  readonly items: readonly T[]
  readonly onChange: (items: readonly T[]) => void
  /** What a new one is like, and what the button says that adds it. */
  readonly fresh: () => T
  readonly add: string
  /** What one of them is called for whoever hears it: "route". */
  readonly one: string
  readonly row: (item: T, change: (next: T) => void, index: number) => ReactNode
  /** The first that fits decides: so they can be moved. */
  readonly ordered?: boolean
  /** Under one of them: what the server said about it. */
  readonly errorAt?: (index: number) => string | undefined
  readonly disabled?: boolean
}

/** Settings that come in any number, each in a row of fields. */
export function Rows<T>(props: RowsProps<T>): ReactElement {
  const { label, hint, items, onChange, fresh, add, one, row, ordered = false, errorAt, disabled = false } = props
  const replace = (index: number, next: readonly T[]) => onChange(items.toSpliced(index, 1, ...next))
  const up = (index: number) => {
    const [item] = items.slice(index, index + 1)
    if (item !== undefined) onChange(items.toSpliced(index, 1).toSpliced(index - 1, 0, item))
  }
  return (
    <fieldset disabled={disabled} className="flex min-w-0 flex-col gap-1">
      <legend className="text-xs font-medium">{label}</legend>
      {hint === undefined ? null : <p className="text-xs text-muted">{hint}</p>}
      {items.length === 0 ? null : (
        <ol className="mt-1 divide-y divide-line rounded-md border border-line bg-surface">
          {items.map((item, index) => {
            const error = errorAt?.(index)
            return (
              <li key={`row ${String(index)}`} className="flex flex-col gap-1 p-2">
                <div className="flex items-start gap-2">
                  <div className="min-w-0 flex-1">{row(item, (next) => replace(index, [next]), index)}</div>
                  {disabled ? null : (
                    <div className="flex shrink-0 pt-5">
                      {ordered ? (
                        <IconButton
                          icon="chevronUp"
                          label={`Move ${one} ${index + 1} up`}
                          disabled={index === 0}
                          onClick={() => up(index)}
                          className="disabled:invisible"
                        />
                      ) : null}
                      <IconButton
                        icon="cross"
                        label={`Remove ${one} ${index + 1}`}
                        onClick={() => replace(index, [])}
                      />
                    </div>
                  )}
                </div>
                {error === undefined ? null : (
                  <p role="alert" className="text-xs text-bad">
                    {error}
                  </p>
                )}
              </li>
            )
          })}
        </ol>
      )}
      {disabled ? null : (
        <div className="mt-1">
          <Button icon="plus" onClick={() => onChange([...items, fresh()])}>
            {add}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
