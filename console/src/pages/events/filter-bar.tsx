import { type ReactElement, type ReactNode, useCallback } from 'react'
import { describeFilter, type EventFilters, type FilterName, filterLabels, ranges } from '../../lib/event-filters.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Select } from '../../ui/select.tsx'

interface FilterBarProps {
  readonly filters: EventFilters
  readonly onChange: (name: FilterName, value: string) => void
  readonly onClear: () => void
  /** The name of somebody, where it is known. */
  readonly nameOf: (id: string) => string | undefined
  readonly more: boolean
  readonly onMore: () => void
  readonly children?: ReactNode
}

const USUAL = ''
const OWN = 'own'

/** Words and time, the way to the other filters, and what is filtered by at present. */
export function FilterBar(props: FilterBarProps): ReactElement {
  const { filters, onChange, onClear, nameOf, more, onMore, children } = props
  const search = useCallback((text: string) => onChange('query', text), [onChange])
  const { since, until } = filters
  const range = until !== undefined || (since !== undefined && !(since in ranges)) ? OWN : (since ?? USUAL)
  const chips = (Object.keys(filterLabels) as FilterName[]).filter(
    (name) => filters[name] !== undefined && name !== 'query' && (name !== 'since' || range === OWN),
  )
  return (
    <>
      <SearchInput label="Search words" value={filters.query ?? ''} onChange={search} />
      <Select
        label="Time"
        value={range}
        onChange={(value) => {
          if (value !== OWN) onChange('since', value)
          else if (!more) onMore()
        }}
        options={[
          { value: USUAL, label: 'Last 90 days' },
          ...Object.entries(ranges).map(([value, { label }]) => ({ value, label })),
          { value: OWN, label: 'From and until …' },
        ]}
      />
      <Button icon="filter" aria-expanded={more} aria-controls="more-filters" onClick={onMore}>
        Filters
      </Button>
      {children}
      {chips.length === 0 ? null : (
        <ul aria-label="Filtered by" className="flex w-full flex-wrap items-center gap-1.5">
          {chips.map((name) => (
            <li key={name}>
              <Chip
                name={name}
                value={filters[name] ?? ''}
                shown={nameOf(filters[name] ?? '')}
                onRemove={() => onChange(name, '')}
              />
            </li>
          ))}
          <li>
            <Button look="quiet" className="h-6! px-2! text-xs!" onClick={onClear}>
              Clear all
            </Button>
          </li>
        </ul>
      )}
    </>
  )
}

interface ChipProps {
  readonly name: FilterName
  readonly value: string
  readonly shown: string | undefined
  readonly onRemove: () => void
}

function Chip({ name, value, shown, onRemove }: ChipProps): ReactElement {
  const text = shown ?? describeFilter(name, value)
  const short = text.length > 36 ? `…${text.slice(-12)}` : text
  return (
    <button
      type="button"
      title={`${filterLabels[name]}: ${value}\nClick to remove`}
      aria-label={`Remove filter ${filterLabels[name]} ${text}`}
      onClick={onRemove}
      className="inline-flex h-6 items-center gap-1.5 rounded-sm border border-accent/40 bg-accent-soft pr-1 pl-2 text-xs hover:border-accent"
    >
      <span className="text-muted">{filterLabels[name]}</span>
      <span className="font-medium">{short}</span>
      <Icon name="cross" className="size-3 text-muted" />
    </button>
  )
}
