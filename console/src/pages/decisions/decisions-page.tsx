import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import type { Application, LoggedDecision } from '../../api/types.ts'
import { parseUid, uidText } from '../../lib/uid.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Select } from '../../ui/select.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { PrincipalPicker } from '../permissions/principal-picker.tsx'
import { DecisionPanel } from './decision-panel.tsx'

const here = '/permissions/decisions/{-$app}/{-$id}'
const route = getRouteApi(here)

const columns: readonly Column<LoggedDecision>[] = [
  { id: 'time', header: 'When', cell: ({ time }) => <RelativeTime at={time} /> },
  {
    id: 'decision',
    header: 'Decision',
    cell: ({ decision, errors }) =>
      decision === 'allow' ? (
        <Status tone="good">allowed</Status>
      ) : errors.length > 0 ? (
        <Status tone="bad">failed</Status>
      ) : (
        <Status tone="refused">denied</Status>
      ),
  },
  {
    id: 'who',
    header: 'Who',
    cell: ({ principal }) =>
      principal === null ? <span className="text-muted">nobody</span> : <Subject uid={principal} />,
  },
  {
    id: 'what',
    header: 'What',
    cell: ({ action, resource, more }) => (
      <>
        <code className="font-mono text-xs">{action}</code> {resource === null ? null : <Subject uid={resource} />}
        {more > 0 ? <span className="text-muted"> and {more} more like it</span> : null}
      </>
    ),
  },
  {
    id: 'by',
    header: 'By',
    cell: ({ policies }) => <span className="font-mono text-xs break-all">{policies.join(', ')}</span>,
    from: 'md',
  },
]

const verdicts = [
  { value: '', label: 'All' },
  { value: 'allow', label: 'Allowed' },
  { value: 'deny', label: 'Denied' },
  { value: 'failed', label: 'Failed' },
] as const

export function DecisionsPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Decisions key={application.id} application={application} />}
    </ForApplication>
  )
}

function Decisions({ application }: { application: Application }): ReactElement {
  const { id } = route.useParams()
  const { principal, action, decision } = route.useSearch()
  const navigate = route.useNavigate()
  const found = useInfiniteQuery({
    queryKey: ['access', application.id, 'decisions', principal, action, decision],
    queryFn: async ({ pageParam, signal }) =>
      await access.decisions(application.id, { principal, action, decision, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  })
  const open = (next: string | undefined) => void navigate({ params: { app: application.id, id: next }, search: true })
  const narrow = (name: 'principal' | 'action' | 'decision', value: string) =>
    void navigate({
      params: true,
      search: (previous) => {
        const { [name]: _, ...rest } = previous
        return value === '' ? rest : { ...rest, [name]: value }
      },
    })
  const who = principal === undefined ? null : parseUid(principal)
  const filtered = principal !== undefined || action !== undefined || decision !== undefined
  const all = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <PermissionsPage
      here={here}
      application={application}
      toolbar={
        <>
          {who === null ? (
            <PrincipalPicker
              label="Decisions about one"
              onPick={(next) => {
                if (next !== null) narrow('principal', uidText(next))
              }}
            />
          ) : (
            <span className="inline-flex items-center gap-2">
              <span>
                Of <Subject uid={who} />
              </span>
              <Button onClick={() => narrow('principal', '')}>Of all</Button>
            </span>
          )}
          <SearchInput label="Action" value={action ?? ''} onChange={(next) => narrow('action', next.trim())} />
          <Select
            label="Decision"
            showLabel
            value={verdicts.find(({ value }) => value === decision)?.value ?? ''}
            options={verdicts}
            onChange={(next) => narrow('decision', next)}
          />
          <Button busy={found.isFetching} onClick={() => void found.refetch()}>
            Refresh
          </Button>
        </>
      }
      panel={
        id === undefined ? null : (
          <DecisionPanel
            key={id}
            application={application.id}
            decision={all.find((each) => each.id === id)}
            loading={found.isPending}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <Answer query={found}>
        {({ pages }) =>
          all.length === 0 && !found.hasNextPage ? (
            <EmptyState
              title={filtered ? 'No decision is like that' : 'No decision is in the log yet'}
              {...(filtered ? {} : { command: `npx holdfast access log --application ${application.id}` })}
            >
              Every refusal is logged, and a share of what is allowed; the applications ship what they decided. The same
              on the command line:
            </EmptyState>
          ) : (
            <DataTable
              label="Decisions"
              columns={columns}
              rows={all}
              rowId={(each) => each.id}
              selected={id}
              onOpen={(each) => open(each.id)}
              footer={
                <LoadMore
                  {...found}
                  shown={all.length}
                  what={['decision', 'decisions']}
                  note={pages.at(-1)?.complete === false ? '; the time for one answer was over' : ''}
                />
              }
            />
          )
        }
      </Answer>
    </PermissionsPage>
  )
}
