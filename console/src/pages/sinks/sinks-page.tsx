import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { unlessRefused } from '../../api/queries.ts'
import { sinks } from '../../api/sinks.ts'
import type { Sink } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel } from '../../ui/detail-panel.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer, Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { LedgerTabs } from '../ledger/ledger-tabs.tsx'
import { CreateSink } from './create-sink.tsx'
import { SinkPanel } from './sink-panel.tsx'
import { Behind, placeOf, SinkState, sinkKindNames } from './sink-state.tsx'

const route = getRouteApi('/ledger/sinks/{-$id}')

const columns: readonly Column<Sink>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (sink) => sink.name,
    cell: (sink) => (
      <>
        <span className="font-medium">{sink.name}</span>
        <span className="block text-xs break-all text-muted">
          {sinkKindNames[sink.kind]}, {placeOf(sink)}
        </span>
      </>
    ),
  },
  { id: 'state', header: 'State', value: (sink) => sink.state, cell: (sink) => <SinkState sink={sink} /> },
  {
    id: 'behind',
    header: 'Behind',
    value: (sink) => sink.behind.events,
    cell: (sink) => <Behind sink={sink} />,
    from: 'sm',
  },
  {
    id: 'delivered',
    header: 'Delivered',
    value: (sink) => sink.delivered,
    cell: (sink) => sink.delivered.toLocaleString('en-GB'),
    align: 'right',
    from: 'md',
  },
  {
    id: 'last',
    header: 'Last',
    value: (sink) => sink.lastDeliveredAt,
    cell: (sink) => <RelativeTime at={sink.lastDeliveredAt} />,
    align: 'right',
    from: 'md',
  },
  {
    id: 'error',
    header: 'Last error',
    cell: (sink) => <span className="line-clamp-2 text-xs wrap-anywhere text-muted">{sink.lastError ?? ''}</span>,
    from: 'lg',
  },
]

export function SinksPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const list = useQuery({ queryKey: ['sinks'], queryFn: sinks.list, refetchInterval: unlessRefused(3000) })
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const sink = list.data?.items.find((each) => each.id === id)
  return (
    <Page
      title="Ledger"
      tabs={<LedgerTabs />}
      actions={
        <Button look="primary" icon="plus" onClick={() => open('new')}>
          Add way out
        </Button>
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <CreateSink onClose={() => open(undefined)} onOpen={open} />
        ) : sink === undefined ? (
          <DetailPanel title="Way out" onClose={() => open(undefined)}>
            {list.isPending ? <Loading /> : <p className="p-4 text-muted">There is no such way out.</p>}
          </DetailPanel>
        ) : (
          <SinkPanel key={id} sink={sink} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={list}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title="No ways out yet"
              command="npx holdfast log sinks add siem --otlp https://collector.example.com/v1/logs"
            >
              A way out (a sink) sends events on as they come: to a collector by OTLP, to a syslog server, to files, or
              to a webhook. Each keeps its own place in the log, so that nothing is lost while a receiver is away. Add
              one above, or on the command line:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Ways out"
                columns={columns}
                rows={items}
                rowId={(each) => each.id}
                selected={id}
                onOpen={(each) => open(each.id)}
              />
            </div>
          )
        }
      </Answer>
    </Page>
  )
}
