import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { unlessRefused } from '../../api/queries.ts'
import { sinks } from '../../api/sinks.ts'
import type { Sink } from '../../api/types.ts'
import { countColumn, timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Page } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
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
  countColumn('delivered', 'Delivered', (sink) => sink.delivered, 'md'),
  timeColumn('last', 'Last', (sink) => sink.lastDeliveredAt, 'md'),
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
  return (
    <ListPage
      frame={(parts) => <Page title="Ledger" tabs={<LedgerTabs />} {...parts} />}
      label="Ways out"
      one="way out"
      query={list}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{ label: 'Add way out', form: <CreateSink onClose={() => open(undefined)} onOpen={open} /> }}
      panel={(sink, close) => <SinkPanel sink={sink} onClose={close} />}
      empty={
        <EmptyState
          title="No ways out yet"
          command="npx holdfast log sinks add siem --otlp https://collector.example.com/v1/logs"
        >
          A way out (a sink) sends events on as they come: to a collector by OTLP, to a syslog server, to files, or to a
          webhook. Each keeps its own place in the log, so that nothing is lost while a receiver is away. Add one above,
          or on the command line:
        </EmptyState>
      }
    />
  )
}
