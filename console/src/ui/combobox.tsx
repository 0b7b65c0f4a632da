import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import type { ReactElement } from 'react'
import { Icon } from './icons.tsx'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint: string
}

interface ComboboxProps {
  readonly label: string
  readonly placeholder: string
  readonly value: Choice | null
  readonly onChange: (choice: Choice | null) => void
  /** Already found for `text` by the server: this list does not filter again. */
  readonly choices: readonly Choice[]
  readonly text: string
  readonly onText: (text: string) => void
}

/** Picks one of many by typing; what is typed is searched by the owner of the choices. */
export function Combobox(props: ComboboxProps): ReactElement {
  return (
    <BaseCombobox.Root
      items={props.choices}
      filter={null}
      value={props.value}
      onValueChange={props.onChange}
      inputValue={props.text}
      onInputValueChange={props.onText}
      itemToStringLabel={(choice: Choice) => choice.label}
      isItemEqualToValue={(a: Choice, b: Choice) => a.value === b.value}
    >
      <div className="relative w-full max-w-80 min-w-40 flex-1">
        <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-muted" />
        <BaseCombobox.Input
          data-search=""
          aria-label={props.label}
          placeholder={props.placeholder}
          className="h-8 w-full rounded-md border border-line-strong bg-surface pr-2 pl-8 text-sm text-ink focus-visible:-outline-offset-1"
        />
      </div>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-30 outline-none">
          <BaseCombobox.Popup className="max-h-[min(20rem,var(--available-height))] w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-surface py-1 text-sm text-ink shadow-panel">
            <BaseCombobox.Empty>
              <p className="px-3 py-1.5 text-muted">Nobody matches</p>
            </BaseCombobox.Empty>
            <BaseCombobox.List>
              {(choice: Choice) => (
                <BaseCombobox.Item
                  key={choice.value}
                  value={choice}
                  className="px-3 py-1 outline-none data-highlighted:bg-sunken"
                >
                  <span className="block truncate">{choice.label}</span>
                  <span className="block truncate text-xs text-muted">{choice.hint}</span>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}
