import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { BlockedFilters } from '../../../api/types.ts'
import { blockedFilters, sinceOf, spans } from '../../../lib/blocked-filters.ts'
import { detectors } from '../../../lib/protection-words.ts'
import { Button } from '../../../ui/button.tsx'
import { SearchInput } from '../../../ui/search-input.tsx'
import { Select } from '../../../ui/select.tsx'
import { ForApplication, ProtectionPage } from '../frame.tsx'
import { GroupsView, NothingBlocked } from './groups-view.tsx'
import { RequestPanel } from './request-panel.tsx'
import { RequestsView } from './requests-view.tsx'

const route = getRouteApi('/protection/blocked/{-$app}/{-$id}')
const here = '/protection/blocked/{-$app}/{-$id}'

const ALL = ''
const fates = [
  { value: ALL, label: 'found by inspection' },
  { value: 'blocked', label: 'blocked' },
  { value: 'reported', label: 'let through' },
  { value: 'refused', label: 'refused otherwise: limits, sites, …' },
]
const finders = [{ value: ALL, label: 'any' }, ...detectors.map(([value]) => ({ value, label: value }))]
const views = [
  { value: 'groups', label: 'alike together' },
  { value: 'single', label: 'one by one' },
]

/** What the gateways refused for what it held, or would have. */
export function BlockedPage(): ReactElement {
  const { app, id } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const set = (patch: Partial<typeof search>) =>
    void navigate({
      search: Object.fromEntries(Object.entries({ ...search, ...patch }).filter(([, value]) => value !== ALL)),
      replace: true,
    })
  const { view = 'groups', since = '7d' } = search
  const filters: BlockedFilters = blockedFilters({ ...search, since: sinceOf(since, Date.now()) })
  const filtered = Object.keys(search).some((name) => name !== 'view' && name !== 'since')
  return (
    <ForApplication here={here} app={app}>
      {(application) => {
        const shared = {
          app: application.id,
          filters,
          id,
          onOpen: (event: string) =>
            void navigate({ params: { app: application.id, id: event === id ? undefined : event }, search: true }),
          empty: <NothingBlocked app={application.id} filtered={filtered} />,
        }
        return (
          <ProtectionPage
            here={here}
            application={application}
            toolbar={
              <>
                <SearchInput
                  label="Operation: POST /articles"
                  value={search.operation ?? ''}
                  onChange={(operation) => set({ operation })}
                />
                <Select label="Shown" showLabel value={view} onChange={(next) => set({ view: next })} options={views} />
                <Select
                  label="Fate"
                  showLabel
                  value={search.mode ?? ALL}
                  onChange={(mode) => set({ mode })}
                  options={fates}
                />
                <Select
                  label="Found by"
                  showLabel
                  value={search.detector ?? ALL}
                  onChange={(detector) => set({ detector })}
                  options={finders}
                />
                <Select label="Since" value={since} onChange={(next) => set({ since: next })} options={spans} />
                {search.code === undefined ? null : (
                  <Button icon="cross" onClick={() => set({ code: ALL })}>
                    {search.code}
                  </Button>
                )}
              </>
            }
            panel={
              id === undefined ? null : (
                <RequestPanel
                  key={id}
                  app={application.id}
                  event={id}
                  onClose={() => void navigate({ params: { app: application.id, id: undefined }, search: true })}
                />
              )
            }
          >
            {view === 'single' ? <RequestsView {...shared} /> : <GroupsView {...shared} />}
          </ProtectionPage>
        )
      }}
    </ForApplication>
  )
}
