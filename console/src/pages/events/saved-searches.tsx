import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import { searchesQuery } from '../../api/queries.ts'
import type { SavedSearch } from '../../api/types.ts'
import {
  describeFilter,
  type EventFilters,
  type FilterName,
  filterLabels,
  isShown,
  parseFilters,
  ranges,
  toSaved,
} from '../../lib/event-filters.ts'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useAct } from '../../ui/use-act.ts'

interface SavedSearchesProps {
  readonly filters: EventFilters
  readonly onApply: (filters: EventFilters) => void
  readonly onClose: () => void
}

/** The searches that are kept: yours, and those that others share. */
export function SavedSearches({ filters, onApply, onClose }: SavedSearchesProps): ReactElement {
  const searches = useQuery(searchesQuery)
  return (
    <DetailPanel title="Saved searches" onClose={onClose}>
      <SaveThis filters={filters} />
      <Section title="Kept">
        <Answer query={searches}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-muted">
                None yet. Filter the events, give the search a name above, and it stands here.
              </p>
            ) : (
              <ul className="flex flex-col">
                {items.map((search) => (
                  <li key={search.id} className="flex flex-col gap-1 border-b border-line py-2">
                    <OneSearch search={search} filters={filters} onApply={onApply} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
    </DetailPanel>
  )
}

function SaveThis({ filters }: { filters: EventFilters }): ReactElement {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useAct(async () => await ledger.saveSearch({ name, shared, filter: toSaved(filters) }), {
    done: (saved) => `Search "${saved.name}" saved`,
    refresh: [['searches']],
    after: () => setName(''),
  })
  const moving = filters.since !== undefined && filters.since in ranges
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <PanelBody>
        <FilterText filter={toSaved(filters)} />
        {moving ? (
          <p className="text-xs text-muted">
            A time that moves with the clock ({ranges[filters.since ?? '']?.label.toLowerCase()}) is not kept: the saved
            search looks at the last 90 days.
          </p>
        ) : null}
        <Field label="Name" error={fieldError(save.error, 'name')}>
          <Input value={name} onChange={setName} maxLength={100} placeholder="Refused sign-ins" required />
        </Field>
        <Checkbox checked={shared} onChange={setShared} label="Share it with everybody who may list events" />
        <ErrorNote error={save.error} />
        <div>
          <Button look="primary" type="submit" busy={save.isPending} disabled={name.trim() === ''}>
            Save this search
          </Button>
        </div>
      </PanelBody>
    </form>
  )
}

interface OneSearchProps {
  readonly search: SavedSearch
  readonly filters: EventFilters
  readonly onApply: (filters: EventFilters) => void
}

function OneSearch({ search, filters, onApply }: OneSearchProps): ReactElement {
  const queries = useQueryClient()
  const toast = useToast()
  const refresh = async () => await queries.invalidateQueries({ queryKey: ['searches'] })
  const change = useMutation({
    mutationFn: async (shared: boolean) => await ledger.changeSearch(search.id, { shared }),
    onSuccess: refresh,
  })
  const remove = useMutation({
    mutationFn: async () => await ledger.deleteSearch(search.id),
    onSuccess: async () => {
      toast(`Search "${search.name}" deleted`)
      await refresh()
    },
  })
  const current = isShown(search.filter, filters)
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <button
          type="button"
          aria-current={current ? 'true' : undefined}
          onClick={() => onApply(parseFilters(search.filter))}
          className="min-w-0 flex-1 text-left font-medium break-words text-accent hover:underline"
        >
          {search.name}
        </button>
        {current ? <Tag>shown</Tag> : null}
        {search.shared ? <Tag>{search.yours ? 'shared by you' : 'shared'}</Tag> : null}
      </div>
      <FilterText filter={search.filter} />
      {search.yours ? (
        <div className="flex flex-wrap items-center gap-2 pt-1">
          <Button busy={change.isPending} onClick={() => change.mutate(!search.shared)}>
            {search.shared ? 'Stop sharing' : 'Share'}
          </Button>
          <ConfirmInline
            label="Delete"
            busy={remove.isPending}
            consequence={`The search "${search.name}" goes${search.shared ? ', for everybody who uses it' : ''}. No event is touched.`}
            confirm="Delete search"
            onConfirm={() => remove.mutate()}
          />
        </div>
      ) : null}
      <ErrorNote error={change.error ?? remove.error} />
    </>
  )
}

function FilterText({ filter }: { filter: SavedSearch['filter'] }): ReactElement {
  const parts = Object.entries(filter).map(([name, value]) => {
    const label = filterLabels[name as FilterName] ?? name
    return `${label}: ${describeFilter(name as FilterName, value)}`
  })
  return <p className="text-xs break-words text-muted">{parts.length === 0 ? 'Every event.' : parts.join(' · ')}</p>
}
