import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { unlessRefused } from '../../../api/queries.ts'
import { traffic } from '../../../api/traffic.ts'
import type { BlockedFilters, BlockedRequests } from '../../../api/types.ts'
import { countColumn, timeColumn } from '../../../ui/columns.tsx'
import { LoadMore } from '../../../ui/load-more.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { Subject } from '../../../ui/subject.tsx'
import { type Column, DataTable } from '../../../ui/table.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { Fate, FoundBy } from './words.tsx'

type Row = BlockedRequests['items'][number]

interface ViewProps {
  readonly app: string
  readonly filters: BlockedFilters
  readonly id: string | undefined
  readonly onOpen: (event: string) => void
  readonly empty: ReactElement
}

/** Requests one by one, the newest first. */
export function RequestsView({ app, filters, id, onOpen, empty }: ViewProps): ReactElement {
  const query = useInfiniteQuery({
    queryKey: ['protection', app, 'blocked', 'requests', filters],
    queryFn: async ({ pageParam, signal }) =>
      await traffic.requests(app, { ...filters, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: unlessRefused(15_000),
    placeholderData: (previous) => previous,
  })
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Answer query={query}>
      {() =>
        items.length === 0 ? (
          empty
        ) : (
          <DataTable
            label="Blocked requests"
            columns={columns}
            rows={items}
            rowId={(row) => row.event}
            selected={id}
            onOpen={({ event }) => onOpen(event)}
            footer={<LoadMore shown={items.length} what={['request', 'requests']} {...query} />}
          />
        )
      }
    </Answer>
  )
}

const columns: readonly Column<Row>[] = [
  {
    id: 'request',
    header: 'Request',
    cell: ({ method, path, count }) =>
      method === null ? (
        <span className="text-muted">{`the rest of a flood, ${count.toLocaleString('en-GB')}`}</span>
      ) : (
        <VisibleText text={`${method} ${path ?? ''}`} />
      ),
    className: 'max-w-80',
  },
  {
    id: 'found',
    header: 'Found',
    cell: ({ findings, code }) => {
      const [first] = findings
      return first === undefined ? <code className="font-mono text-xs">{code}</code> : <FoundBy {...first} />
    },
    className: 'max-w-72',
  },
  {
    id: 'who',
    header: 'Who',
    cell: ({ actor, address }) =>
      actor === null ? <span className="font-mono text-xs">{address ?? '–'}</span> : <Subject uid={actor} />,
    from: 'md',
  },
  { id: 'fate', header: 'Fate', value: ({ mode }) => mode, cell: ({ mode }) => <Fate mode={mode} />, from: 'sm' },
  countColumn('count', 'Times', ({ count }) => count, 'lg'),
  timeColumn('at', 'When', ({ at }) => at),
]
