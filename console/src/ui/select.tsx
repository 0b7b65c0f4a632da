import { Select as BaseSelect } from '@base-ui/react/select'
import type { ReactElement } from 'react'
import { Icon } from './icons.tsx'

interface SelectProps<T extends string> {
  readonly label: string
  /** Show the label before the value, inside the trigger; otherwise it is for readers of the screen only. */
  readonly showLabel?: boolean
  readonly value: T
  readonly onChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly className?: string
}

export function Select<T extends string>(props: SelectProps<T>): ReactElement {
  const { label, showLabel = false, value, onChange, options, className = '' } = props
  return (
    <BaseSelect.Root
      items={options}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next)
      }}
    >
      <BaseSelect.Trigger
        aria-label={label}
        className={`inline-flex h-8 min-w-24 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface pr-2 pl-2 text-sm whitespace-nowrap text-ink select-none hover:bg-sunken ${className}`}
      >
        <span className="flex min-w-0 gap-1.5">
          {showLabel ? <span className="text-muted">{label}</span> : null}
          <BaseSelect.Value className="truncate" />
        </span>
        <BaseSelect.Icon>
          <Icon name="chevronDown" className="text-muted" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-30 outline-none">
          <BaseSelect.Popup className="max-h-[min(24rem,var(--available-height))] min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-surface py-1 text-sm text-ink shadow-panel outline-none">
            <BaseSelect.List>
              {options.map((option) => (
                <BaseSelect.Item
                  key={option.value}
                  value={option.value}
                  className="grid grid-cols-[1rem_1fr] items-center gap-2 py-1.5 pr-4 pl-2 outline-none select-none data-highlighted:bg-sunken"
                >
                  <BaseSelect.ItemIndicator className="col-start-1">
                    <Icon name="check" className="text-accent" />
                  </BaseSelect.ItemIndicator>
                  <BaseSelect.ItemText className="col-start-2">{option.label}</BaseSelect.ItemText>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  )
}

/** With its label above and a hint below, as a `Field` has them. */
export function SelectField<T extends string>({
  hint,
  ...select
}: Omit<SelectProps<T>, 'showLabel'> & { readonly hint?: string }): ReactElement {
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium">{select.label}</span>
      <Select {...select} />
      {hint === undefined ? null : <span className="text-xs text-muted">{hint}</span>}
    </div>
  )
}
