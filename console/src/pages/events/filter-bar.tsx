import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useCallback } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import type { Event } from '../../api/types.ts'
import { type EventFilters, isFiltered } from '../../lib/event-filters.ts'
import { Button } from '../../ui/button.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Select } from '../../ui/select.tsx'

interface FilterBarProps {
  readonly filters: EventFilters
  readonly events: readonly Event[]
  readonly onChange: (name: keyof EventFilters, value: string) => void
  readonly onClear: () => void
}

const ANY = ''

export function FilterBar({ filters, events, onChange, onClear }: FilterBarProps): ReactElement {
  const applications = useQuery(applicationsQuery)
  const search = useCallback((text: string) => onChange('query', text), [onChange])
  // The kinds that have been seen here, and the one that is asked for.
  const kinds = [
    ...new Set([...events.map(({ kind }) => kind), ...(filters.kind === undefined ? [] : [filters.kind])]),
  ].toSorted()
  const actor = events.find((event) => event.actor?.id === filters.actor)?.actor
  return (
    <>
      <SearchInput label="Search text" value={filters.query ?? ''} onChange={search} />
      <Select
        label="Kind"
        showLabel
        value={filters.kind ?? ANY}
        onChange={(value) => onChange('kind', value)}
        options={[{ value: ANY, label: 'any' }, ...kinds.map((kind) => ({ value: kind, label: kind }))]}
      />
      <Select
        label="Outcome"
        showLabel
        value={filters.outcome ?? ANY}
        onChange={(value) => onChange('outcome', value)}
        options={[
          { value: ANY, label: 'any' },
          { value: 'success', label: 'success' },
          { value: 'refused', label: 'refused' },
          { value: 'failure', label: 'failure' },
        ]}
      />
      <Select
        label="Application"
        showLabel
        value={filters.application ?? ANY}
        onChange={(value) => onChange('application', value)}
        options={[
          { value: ANY, label: 'any' },
          ...(applications.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {filters.actor === undefined ? null : (
        <Button
          icon="cross"
          onClick={() => onChange('actor', '')}
          title={`Actor ${filters.actor}: show everybody again`}
        >
          {actor?.name ?? `Actor …${filters.actor.slice(-8)}`}
        </Button>
      )}
      {isFiltered(filters) ? (
        <Button look="quiet" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </>
  )
}
