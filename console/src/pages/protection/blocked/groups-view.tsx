import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { unlessRefused } from '../../../api/queries.ts'
import { traffic } from '../../../api/traffic.ts'
import type { BlockedFilters, BlockedGroup } from '../../../api/types.ts'
import { count } from '../../../lib/words.ts'
import { Tag } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { countColumn, timeColumn } from '../../../ui/columns.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { type Column, DataTable } from '../../../ui/table.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { Fate, FoundBy, Where } from './words.tsx'

interface ViewProps {
  readonly app: string
  readonly filters: BlockedFilters
  readonly id: string | undefined
  readonly onOpen: (event: string) => void
  readonly empty: ReactElement
}

/** What was found, alike put together: the same detector at the same place of the same operation. */
export function GroupsView({ app, filters, id, onOpen, empty }: ViewProps): ReactElement {
  const query = useInfiniteQuery({
    queryKey: ['protection', app, 'blocked', 'groups', filters],
    queryFn: async ({ pageParam, signal }) => await traffic.groups(app, { ...filters, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: unlessRefused(15_000),
    placeholderData: (previous) => previous,
  })
  const groups = useMemo(() => merged(query.data?.pages.flatMap((page) => page.groups) ?? []), [query.data])
  const looked = query.data?.pages.reduce((sum, page) => sum + page.looked, 0) ?? 0
  return (
    <Answer query={query}>
      {() =>
        groups.length === 0 ? (
          empty
        ) : (
          <DataTable
            label="Blocked requests, alike together"
            columns={columns}
            rows={groups}
            rowId={(group) => group.key}
            selected={groups.find(({ events }) => id !== undefined && events.includes(id))?.key}
            onOpen={({ events }) => {
              const [newest] = events
              if (newest !== undefined) onOpen(newest)
            }}
            footer={
              <div className="flex h-12 items-center gap-4 px-4 text-xs text-muted">
                <span>{`${count(groups.length, 'kind')} in ${count(looked, 'request')}`}</span>
                {query.hasNextPage ? (
                  <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    Look further back
                  </Button>
                ) : null}
              </div>
            }
          />
        )
      }
    </Answer>
  )
}

/** Pages are put together each for itself: the same kind may come in several. */
function merged(groups: readonly BlockedGroup[]): readonly BlockedGroup[] {
  const byKey = new Map<string, BlockedGroup>()
  for (const group of groups) {
    const known = byKey.get(group.key)
    byKey.set(
      group.key,
      known === undefined ? group : { ...known, count: known.count + group.count, first: group.first },
    )
  }
  return [...byKey.values()].toSorted((a, b) => b.count - a.count)
}

const columns: readonly Column<BlockedGroup>[] = [
  {
    id: 'found',
    header: 'Found',
    value: ({ by }) => by,
    cell: (group) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex flex-wrap items-center gap-x-2">
          <FoundBy kind={group.kind} by={group.by} class={group.class} />
          {group.excepted === null ? null : <Tag>excepted</Tag>}
        </span>
        {group.evidence === '' ? null : (
          <span className="line-clamp-1 text-muted">
            <VisibleText text={group.evidence} />
          </span>
        )}
      </span>
    ),
    className: 'max-w-96',
  },
  {
    id: 'where',
    header: 'Where',
    cell: (group) => (
      <span className="flex min-w-0 flex-col">
        <VisibleText text={group.operation} />
        <span className="text-muted">
          <Where place={group.place} name={group.name} />
        </span>
      </span>
    ),
    from: 'sm',
    className: 'max-w-72',
  },
  { id: 'fate', header: 'Fate', value: ({ mode }) => mode, cell: ({ mode }) => <Fate mode={mode} />, from: 'md' },
  countColumn('count', 'Times', ({ count: times }) => times),
  timeColumn('last', 'Last', ({ last }) => last, 'md'),
]

/** Nothing there: what would be, and how it comes. */
export function NothingBlocked({ app, filtered }: { app: string; filtered: boolean }): ReactElement {
  return (
    <div className="flex max-w-2xl flex-col gap-2 px-4 py-8">
      <h2 className="text-base font-semibold">{filtered ? 'Nothing like that' : 'Nothing was blocked'}</h2>
      <p className="text-muted">
        {filtered
          ? 'No request fits these filters.'
          : 'What a gateway refuses for what it holds, or would refuse where the mode is “report only”, stands here with the evidence. It reads every request of this application that comes through it.'}
      </p>
      {filtered ? null : (
        <p>
          <Link
            to="/protection/settings/{-$app}"
            params={{ app }}
            search={{ part: 'inspection' }}
            className="text-accent hover:underline"
          >
            What is looked for
          </Link>
        </p>
      )}
    </div>
  )
}
