import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { keys } from '../../api/keys.ts'
import { unlessRefused } from '../../api/queries.ts'
import type { KeyPurposes } from '../../api/types.ts'
import { share } from '../../lib/usage.ts'
import { countColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { KeysTabs } from './keys-tabs.tsx'
import { PurposePanel } from './purpose-panel.tsx'
import { Usage } from './usage.tsx'

const route = getRouteApi('/keys')

type Purpose = KeyPurposes['items'][number]

const columnsFor = (limit: number): readonly Column<Purpose>[] => [
  {
    id: 'purpose',
    header: 'For',
    value: (each) => each.purpose,
    cell: (each) => (
      <>
        <span className="font-mono text-xs break-words">{each.purpose}</span>{' '}
        {each.indexes ? <span className="block text-xs text-muted">to find by</span> : null}
      </>
    ),
  },
  {
    id: 'version',
    header: 'Version',
    value: (each) => each.shared?.version ?? null,
    cell: (each) => each.shared?.version ?? <span className="text-muted">–</span>,
    align: 'right',
  },
  {
    id: 'since',
    header: 'Since',
    value: (each) => each.shared?.createdAt ?? null,
    cell: (each) => <RelativeTime at={each.shared?.createdAt ?? null} never="–" />,
    align: 'right',
    from: 'sm',
  },
  countColumn('subjects', 'Of persons', (each) => each.subjects, 'sm'),
  {
    id: 'used',
    header: 'Used up, the most',
    value: (each) => each.mostUsed,
    cell: (each) =>
      each.indexes ? (
        <span className="text-muted">no limit</span>
      ) : (
        <Usage used={each.mostUsed} limit={limit} text={share(each.mostUsed, limit)} />
      ),
  },
  countColumn('retired', 'Old versions', (each) => each.retired, 'md'),
  countColumn('destroyed', 'Destroyed', (each) => each.destroyed, 'md'),
]

export function PurposesPage(): ReactElement {
  const { purpose } = route.useSearch()
  const navigate = route.useNavigate()
  const purposes = useQuery({
    queryKey: ['keys', 'purposes'],
    queryFn: keys.purposes,
    refetchInterval: unlessRefused(10_000),
  })
  const open = (next: string | undefined) => void navigate({ search: next === undefined ? {} : { purpose: next } })
  const chosen = purposes.data?.items.find((each) => each.purpose === purpose)
  return (
    <Page
      title="Keys"
      tabs={<KeysTabs />}
      panel={
        purposes.data === undefined || chosen === undefined ? null : (
          <PurposePanel key={purpose} purpose={chosen} limits={purposes.data} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={purposes}>
        {({ items, limit, days }) => (
          <>
            <p className="max-w-3xl px-4 py-3 text-muted">
              {`What is encrypted here is encrypted with a key for its purpose; what is a person’s, with a key of their own, so that they can be erased. A key is replaced after ${days.toLocaleString('en-GB')} days, or after ${limit.toLocaleString('en-GB')} values; the versions before it still open what they closed.`}
            </p>
            {items.length === 0 ? (
              <EmptyState title="No data keys yet">
                Each is made when something is encrypted for the first time.
              </EmptyState>
            ) : (
              <DataTable
                label="Data keys"
                columns={columnsFor(limit)}
                rows={items}
                rowId={(each) => each.purpose}
                selected={purpose}
                onOpen={(each) => open(each.purpose)}
              />
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}
