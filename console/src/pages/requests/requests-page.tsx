import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { elevations } from '../../api/elevations.ts'
import { unlessRefused } from '../../api/queries.ts'
import type { Application, Elevation } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Select } from '../../ui/select.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { AskPanel } from './ask-panel.tsx'
import { GlassPanel } from './glass-panel.tsx'
import { RequestPanel } from './request-panel.tsx'
import { RequestState, RequestWhat } from './request-words.tsx'

const here = '/permissions/requests/{-$app}/{-$id}'
const route = getRouteApi(here)

const columns: readonly Column<Elevation>[] = [
  {
    id: 'who',
    header: 'Who',
    value: ({ person }) => person.name ?? person.id,
    cell: ({ person }) => <Subject uid={person} name={person.name} />,
  },
  { id: 'what', header: 'For', cell: (request) => <RequestWhat request={request} /> },
  { id: 'state', header: 'State', cell: (request) => <RequestState request={request} /> },
  {
    id: 'span',
    header: 'How long',
    value: ({ seconds }) => seconds,
    cell: ({ seconds }) => spanText(seconds),
    from: 'sm',
  },
  {
    id: 'reason',
    header: 'Why',
    cell: ({ reason }) => <span className="line-clamp-2 break-words">{reason ?? 'not readable any more'}</span>,
    from: 'md',
  },
  {
    id: 'at',
    header: 'Asked',
    value: ({ requestedAt }) => requestedAt,
    cell: ({ requestedAt }) => <RelativeTime at={requestedAt} />,
    align: 'right',
    from: 'sm',
  },
]

type Shown = 'approve' | 'review' | 'mine' | 'all'
const queries: Readonly<Record<Shown, Readonly<Record<string, string>>>> = {
  approve: { toApprove: 'true' },
  review: { toReview: 'true' },
  mine: { mine: 'true' },
  all: {},
}

export function RequestsPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Requests key={application.id} application={application} />}
    </ForApplication>
  )
}

function Requests({ application }: { application: Application }): ReactElement {
  const { id } = route.useParams()
  const { show } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay(application.id)
  const options = [
    { value: 'approve', label: 'Waiting for my answer' },
    { value: 'review', label: 'Break-glass to review' },
    { value: 'mine', label: 'Mine' },
    ...(may('viewAccess') ? [{ value: 'all', label: 'All' } as const] : []),
  ] as const
  const shown: Shown = options.find(({ value }) => value === show)?.value ?? (may('viewAccess') ? 'all' : 'mine')
  const requests = useInfiniteQuery({
    queryKey: ['access', application.id, 'elevations', shown],
    queryFn: async ({ pageParam, signal }) =>
      await elevations.list(application.id, { ...queries[shown], cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: unlessRefused(15_000),
  })
  const rules = useQuery({
    queryKey: ['access', application.id, 'elevation-rules', 'mine'],
    queryFn: async () => await elevations.rules(application.id, { mine: 'true' }),
  })
  const eligible = (rules.data?.items ?? []).filter(({ mine }) => mine.eligible)
  const open = (next: string | undefined) => void navigate({ params: { app: application.id, id: next }, search: true })
  const close = () => open(undefined)

  return (
    <PermissionsPage
      here={here}
      application={application}
      actions={
        <>
          {eligible.some(({ breakGlass }) => breakGlass !== null) ? (
            <Button look="danger" icon="warning" onClick={() => open('break-glass')}>
              Break glass
            </Button>
          ) : null}
          {eligible.length > 0 ? (
            <Button look="primary" icon="plus" onClick={() => open('new')}>
              Ask for access
            </Button>
          ) : null}
        </>
      }
      toolbar={
        <Select
          label="Show"
          showLabel
          value={shown}
          options={options}
          onChange={(next) => void navigate({ params: { app: application.id, id: undefined }, search: { show: next } })}
        />
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <AskPanel application={application.id} rules={eligible} onClose={close} onDone={open} />
        ) : id === 'break-glass' ? (
          <GlassPanel application={application.id} rules={eligible} onClose={close} onDone={open} />
        ) : (
          <RequestPanel key={id} application={application.id} id={id} onClose={close} />
        )
      }
    >
      <Answer query={requests}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          return items.length === 0 ? (
            <EmptyState
              title={
                {
                  approve: 'Nothing waits for your answer',
                  review: 'No break-glass waits for your review',
                  mine: 'You asked for nothing yet',
                  all: 'Nobody asked for anything yet',
                }[shown]
              }
              {...(shown === 'all' || eligible.length === 0
                ? {
                    command: `npx holdfast access elevation-rules set editor --eligible Group::support --approver Group::admins --max 8h --application ${application.id}`,
                  }
                : {})}
            >
              Somebody who needs a role now and then asks for it for a time, and somebody else approves. Who may ask for
              which role, and who answers, is a rule of the application
              {shown === 'all' || eligible.length === 0 ? '; an operator sets one:' : '. You may ask above.'}
            </EmptyState>
          ) : (
            <DataTable
              label="Requests"
              columns={columns}
              rows={items}
              rowId={(request) => request.id}
              selected={id}
              onOpen={(request) => open(request.id)}
              footer={<LoadMore {...requests} shown={items.length} what={['request', 'requests']} />}
            />
          )
        }}
      </Answer>
    </PermissionsPage>
  )
}
