import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useCallback, useMemo, useState } from 'react'
import { ledger } from '../../api/ledger.ts'
import { searchesQuery, unlessRefused } from '../../api/queries.ts'
import { waiting } from '../../lib/event-feed.ts'
import {
  type EventFilters,
  type FilterName,
  isShown,
  parseFilters,
  queryOf,
  withFilter,
} from '../../lib/event-filters.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { ERASED } from './erased.tsx'
import { EventPanel } from './event-panel.tsx'
import { EventTable } from './event-table.tsx'
import { FacetList } from './facets.tsx'
import { FilterBar } from './filter-bar.tsx'
import { LogHalted } from './log-halted.tsx'
import { LiveState } from './live-state.tsx'
import { MoreFilters } from './more-filters.tsx'
import { NoEvents } from './no-events.tsx'
import { SavedSearches } from './saved-searches.tsx'
import { useEventFeed } from './use-event-feed.ts'

const route = getRouteApi('/events/{-$id}')

/** What stands in the place of an event's id when the panel shows the saved searches. */
const SEARCHES = 'searches'
const NONE = ''

export function EventsPage(): ReactElement {
  const { id } = route.useParams()
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  // A span that ends now is fixed when it is chosen: asked for again and again it would be another search each time, and each
  // other search is recorded as a reading of the log.
  const key = JSON.stringify(filters)
  const query = useMemo(() => queryOf(JSON.parse(key) as EventFilters, Date.now()), [key])
  const { feed, state, error, pause, resume, loadOlder, loadingOlder } = useEventFeed(query)
  const [more, setMore] = useState(false)
  const [tab, setTab] = useState('event')
  const facets = useQuery({
    queryKey: ['facets', query],
    queryFn: async ({ signal }) => await ledger.facets(query, signal),
    placeholderData: (previous) => previous,
    refetchInterval: feed.paused ? false : unlessRefused(60_000),
  })
  const open = (next: string | undefined) => void navigate({ params: { id: next }, search: true })
  const show = (next: EventFilters, replace = false) => void navigate({ params: true, search: next, replace })
  const change = useCallback(
    (name: FilterName, value: string) =>
      void navigate({
        params: true,
        search: (before: EventFilters) => withFilter(before, name, value),
        replace: true,
      }),
    [navigate],
  )
  const names = useMemo(
    () =>
      new Map(
        feed.events.flatMap(({ actor }) =>
          actor?.name === undefined || actor.name === ERASED ? [] : [[actor.id, actor.name]],
        ),
      ),
    [feed.events],
  )
  const nameOf = useCallback((actor: string) => names.get(actor), [names])
  const found = facets.data
  const facetList =
    found === undefined ? null : <FacetList facets={found} filters={filters} onChange={change} nameOf={nameOf} />

  return (
    <Page
      title="Events"
      actions={
        <>
          <LiveState state={state} paused={feed.paused} />
          <Button icon={feed.paused ? 'play' : 'pause'} onClick={feed.paused ? resume : pause}>
            {feed.paused ? (feed.held.length === 0 ? 'Resume' : `Resume, ${waiting(feed)} waiting`) : 'Pause'}
          </Button>
        </>
      }
      toolbar={
        <FilterBar
          filters={filters}
          nameOf={nameOf}
          more={more}
          onMore={() => setMore(!more)}
          onChange={change}
          onClear={() => show({})}
        >
          <SavedSelect filters={filters} onApply={(next) => show(next)} />
          <Button icon="bookmark" onClick={() => open(id === SEARCHES ? undefined : SEARCHES)}>
            Save
          </Button>
        </FilterBar>
      }
      panel={
        id === undefined ? null : id === SEARCHES ? (
          <SavedSearches filters={filters} onApply={(next) => show(next)} onClose={() => open(undefined)} />
        ) : (
          <EventPanel
            key={id}
            id={id}
            tab={tab}
            onTab={setTab}
            known={feed.events.find((event) => event.id === id)}
            onFilter={change}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <p aria-live="polite" className="sr-only">
        {feed.announcement}
      </p>
      {more ? <MoreFilters filters={filters} facets={found} onChange={change} /> : null}
      <LogHalted />
      {error === null ? null : (
        <div className="px-4 py-2">
          <ErrorNote error={error} />
        </div>
      )}
      <div className="@container flex-1">
        <div className="flex flex-col gap-x-2 @4xl:flex-row">
          {facetList === null ? null : (
            <>
              <aside aria-label="Facets" className="hidden w-48 shrink-0 py-3 pl-4 @4xl:block">
                {facetList}
              </aside>
              <details className="border-b border-line px-4 py-2 @4xl:hidden">
                <summary className="cursor-pointer text-xs text-muted">
                  {found === undefined ? 'Facets' : `What they are: ${found.counted.toLocaleString('en-GB')} counted`}
                </summary>
                <div className="pt-3">{facetList}</div>
              </details>
            </>
          )}
          <div className="min-w-0 flex-1">
            {feed.events.length > 0 || feed.older !== null ? (
              <EventTable
                feed={feed}
                filters={filters}
                selected={id}
                nameOf={nameOf}
                onOpen={open}
                loadOlder={loadOlder}
                loadingOlder={loadingOlder}
                onWiden={() => change('since', 'all')}
              />
            ) : state === 'opening' ? (
              <Loading />
            ) : error === null ? (
              <NoEvents filters={filters} onWiden={() => change('since', 'all')} />
            ) : null}
          </div>
        </div>
      </div>
    </Page>
  )
}

interface SavedSelectProps {
  readonly filters: EventFilters
  readonly onApply: (filters: EventFilters) => void
}

function SavedSelect({ filters, onApply }: SavedSelectProps): ReactElement | null {
  const { data } = useQuery(searchesQuery)
  const items = data?.items ?? []
  if (items.length === 0) return null
  const current = items.find(({ filter }) => isShown(filter, filters))
  return (
    <Select
      label="Saved search"
      value={current?.id ?? NONE}
      onChange={(id) => {
        const search = items.find((each) => each.id === id)
        if (search !== undefined) onApply(parseFilters(search.filter))
      }}
      options={[
        ...(current === undefined ? [{ value: NONE, label: 'Saved searches' }] : []),
        ...items.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}
