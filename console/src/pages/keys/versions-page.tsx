import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useCallback } from 'react'
import { keys } from '../../api/keys.ts'
import type { Key } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { countColumn, timeColumn } from '../../ui/columns.tsx'
import { DetailPanel } from '../../ui/detail-panel.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer, Loading } from '../../ui/loading.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Select } from '../../ui/select.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { KeyPanel } from './key-panel.tsx'
import { KeyState } from './key-state.tsx'
import { KeysTabs } from './keys-tabs.tsx'

const route = getRouteApi('/keys/versions/{-$id}')

const ANY = ''

const columns: readonly Column<Key>[] = [
  {
    id: 'purpose',
    header: 'For',
    cell: (key) => (
      <>
        <span className="font-mono text-xs break-all">{key.purpose}</span>
        {key.subject === null ? null : (
          <span title={key.subject} className="block font-mono text-xs text-muted">
            …{key.subject.slice(-8)}
          </span>
        )}
      </>
    ),
  },
  { id: 'version', header: 'Version', value: (key) => key.version, cell: (key) => key.version, align: 'right' },
  { id: 'state', header: 'State', value: (key) => key.state, cell: (key) => <KeyState state={key.state} /> },
  countColumn('used', 'Values', (key) => key.used, 'sm'),
  timeColumn('made', 'Made', (key) => key.createdAt, 'md'),
]

export function VersionsPage(): ReactElement {
  const { id } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { purpose, subject, state, kind } = search
  const purposes = useQuery({ queryKey: ['keys', 'purposes'], queryFn: keys.purposes })
  const list = useInfiniteQuery({
    queryKey: ['keys', 'list', purpose, subject, state, kind],
    queryFn: async ({ pageParam, signal }) =>
      await keys.list({ purpose, subject: subjectOf(subject), state, kind, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  })
  const open = (next: string | undefined) => void navigate({ params: { id: next }, search: true })
  const change = useCallback(
    (name: 'purpose' | 'subject' | 'state' | 'kind', value: string) =>
      void navigate({
        params: true,
        // An empty value is none: the route leaves it out.
        search: (before) => ({ ...before, [name]: value }),
        replace: true,
      }),
    [navigate],
  )
  const searchSubject = useCallback((text: string) => change('subject', text.trim()), [change])
  const key = list.data?.pages.flatMap(({ items }) => items).find((each) => each.id === id)
  const filtered = [purpose, subject, state, kind].some((each) => each !== undefined)
  return (
    <Page
      title="Keys"
      tabs={<KeysTabs />}
      toolbar={
        <>
          <SearchInput label="Id of a person" value={subject ?? ''} onChange={searchSubject} />
          <Select
            label="For"
            showLabel
            value={purpose ?? ANY}
            onChange={(value) => change('purpose', value)}
            options={[
              { value: ANY, label: 'everything' },
              ...(purposes.data?.items ?? []).map((each) => ({ value: each.purpose, label: each.purpose })),
            ]}
          />
          <Select
            label="State"
            showLabel
            value={state ?? ANY}
            onChange={(value) => change('state', value)}
            options={[
              { value: ANY, label: 'any' },
              { value: 'current', label: 'current' },
              { value: 'retired', label: 'retired' },
              { value: 'destroyed', label: 'destroyed' },
            ]}
          />
          <Select
            label="Whose"
            showLabel
            value={kind ?? ANY}
            onChange={(value) => change('kind', value)}
            options={[
              { value: ANY, label: 'any' },
              { value: 'purpose', label: 'shared' },
              { value: 'person', label: 'of persons' },
            ]}
          />
          {filtered ? (
            <Button look="quiet" onClick={() => void navigate({ params: true, search: {} })}>
              Clear
            </Button>
          ) : null}
        </>
      }
      panel={
        id === undefined ? null : key === undefined ? (
          <DetailPanel title="Key" onClose={() => open(undefined)}>
            {list.isPending ? <Loading /> : <p className="p-4 text-muted">It is not among the keys that are listed.</p>}
          </DetailPanel>
        ) : (
          <KeyPanel key={id} item={key} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items)
          return rows.length === 0 ? (
            <EmptyState title={filtered ? 'No key matches' : 'No data keys yet'}>
              {subject === undefined
                ? 'Each is made when something is encrypted for the first time.'
                : 'Nothing that is kept is encrypted for this person: they did nothing here, or were erased long ago.'}
            </EmptyState>
          ) : (
            <DataTable
              label="Versions of data keys"
              columns={columns}
              rows={rows}
              rowId={(each) => each.id}
              selected={id}
              onOpen={(each) => open(each.id)}
              footer={<LoadMore {...list} shown={rows.length} what={['key', 'keys']} />}
            />
          )
        }}
      </Answer>
    </Page>
  )
}

/** A bare id is a person's. */
function subjectOf(text: string | undefined): string | undefined {
  return text === undefined || text.includes('/') ? text : `Person/${text}`
}
