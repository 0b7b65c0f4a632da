import { Link } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import type { Latency, Traffic, TrafficCounts, TrafficRoute } from '../../../api/types.ts'
import { searchFor } from '../../../lib/blocked-filters.ts'
import { clockOf } from '../../../lib/time.ts'
import { millisText, percentText, rateText, refusedOf } from '../../../lib/traffic.ts'
import { count } from '../../../lib/words.ts'
import { Status } from '../../../ui/badge.tsx'
import { Box } from '../../../ui/box.tsx'
import { countColumn } from '../../../ui/columns.tsx'
import { Figures } from '../../../ui/figures.tsx'
import { type Column, DataTable } from '../../../ui/table.tsx'
import { type ChartLayer, TimeChart } from '../../../ui/time-chart.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'

const statuses: readonly (ChartLayer & { readonly of: (counts: TrafficCounts) => number })[] = [
  {
    label: 'answered',
    className: 'fill-accent',
    swatch: 'bg-accent',
    of: ({ status }) => status['1xx'] + status['2xx'] + status['3xx'],
  },
  {
    label: 'refused',
    className: 'fill-bad',
    swatch: 'bg-bad',
    of: refusedOf,
  },
  {
    label: '4xx',
    className: 'fill-line-strong',
    swatch: 'bg-line-strong',
    of: (counts) => Math.max(0, counts.status['4xx'] - refusedOf(counts)),
  },
  {
    label: '5xx',
    className: 'fill-warn',
    swatch: 'bg-warn',
    of: (counts) => Math.max(0, counts.status['5xx'] - Math.max(0, refusedOf(counts) - counts.status['4xx'])),
  },
]

const percentiles: readonly (ChartLayer & { readonly of: (latency: Latency) => number })[] = [
  { label: 'p50', className: 'stroke-accent', swatch: 'bg-accent', of: ({ p50 }) => p50 },
  { label: 'p95', className: 'stroke-warn', swatch: 'bg-warn', dash: '5 3', of: ({ p95 }) => p95 },
  { label: 'p99', className: 'stroke-bad', swatch: 'bg-bad', dash: '1 3', of: ({ p99 }) => p99 },
]

/** Rates, statuses, refusals and latencies of one span of time, together and by route. */
export function TrafficView({ app, traffic }: { app: string; traffic: Traffic }): ReactElement {
  const { total, series, step, edges } = traffic
  const seconds = Math.max(1, (Date.parse(traffic.to) - Date.parse(traffic.from)) / 1000)
  const refused = refusedOf(total)
  const label = (at: string) => clockOf(at, step < 60 ? 'second' : seconds > 86_400 ? 'day' : 'minute')
  const quiet = total.requests === 0
  return (
    <>
      <Figures
        label="In short"
        items={[
          {
            name: 'Requests a second',
            value: rateText(total.requests / seconds),
            note: `${count(total.requests, 'request')}${edges === 0 ? '' : `, ${count(edges, 'gateway')}`}`,
          },
          {
            name: 'Refused',
            value: percentText(refused, total.requests),
            note: (
              <>
                {refused.toLocaleString('en-GB')}
                {total.reported === 0 ? '' : `, ${total.reported.toLocaleString('en-GB')} only reported`}
              </>
            ),
          },
          {
            name: 'Errors of the application',
            value: percentText(total.status['5xx'], total.requests),
            note: `${count(total.status['5xx'], 'answer')} of 5xx`,
          },
          {
            name: 'Application answers in (p50)',
            value: total.upstream === null ? '–' : millisText(total.upstream.p50),
            note: latencyNote(total.upstream),
          },
          {
            name: 'Gateway takes (p50)',
            value: total.own === null ? '–' : millisText(total.own.p50),
            note: latencyNote(total.own),
          },
        ]}
      />
      {quiet ? (
        <p role="status" className="text-muted">
          Nothing came in this time. {edges === 0 ? 'No gateway has told of this application yet.' : ''} What comes is
          counted by the gateways and shown here within seconds.
        </p>
      ) : null}
      <div className="grid gap-4 xl:grid-cols-2">
        <Box title="Requests a second">
          <TimeChart
            label="Requests a second"
            kind="bars"
            layers={statuses}
            points={series.map((point) => ({
              label: label(point.at),
              values: statuses.map(({ of }) => of(point) / step),
            }))}
            format={rateText}
          />
        </Box>
        <Box title="Until the application answers">
          <TimeChart
            label="Latency of the application"
            kind="lines"
            layers={percentiles}
            points={series.map((point) => ({
              label: label(point.at),
              values: percentiles.map(({ of }) => (point.upstream === null ? null : of(point.upstream))),
            }))}
            format={millisText}
          />
        </Box>
      </div>
      <Reasons app={app} refused={total.refused} />
      <Routes routes={traffic.routes} seconds={seconds} />
    </>
  )
}

function latencyNote(latency: Latency | null): string {
  return latency === null ? 'nothing measured' : `p95 ${millisText(latency.p95)}, p99 ${millisText(latency.p99)}`
}

function Reasons({ app, refused }: { app: string; refused: TrafficCounts['refused'] }): ReactElement {
  const reasons = Object.entries(refused).toSorted(([, a], [, b]) => b - a)
  const most = reasons[0]?.[1] ?? 1
  return (
    <Box title="Why requests were refused">
      {reasons.length === 0 ? <p className="p-4 text-muted">No request was refused in this time.</p> : null}
      <ul className={reasons.length === 0 ? 'hidden' : 'p-4'}>
        {reasons.map(([code, times]) => (
          <li key={code} className="grid grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)_4rem] items-center gap-3 py-0.5">
            <Link
              to="/protection/blocked/{-$app}/{-$id}"
              params={{ app, id: undefined }}
              search={searchFor(code)}
              className="truncate font-mono text-xs text-accent hover:underline"
            >
              {code}
            </Link>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-full" aria-hidden="true">
              <rect width={Math.max(0.5, (times / most) * 100)} height="8" className="fill-bad" />
            </svg>
            <span className="text-right tabular-nums">{times.toLocaleString('en-GB')}</span>
          </li>
        ))}
      </ul>
    </Box>
  )
}

function Routes({ routes, seconds }: { routes: readonly TrafficRoute[]; seconds: number }): ReactElement {
  const columns = useMemo(() => columnsOf(seconds), [seconds])
  return (
    <Box title="Routes" aside={<span className="text-xs text-muted">{count(routes.length, 'route')}</span>}>
      {routes.length === 0 ? (
        <p className="p-4 text-muted">
          None yet. A route is an operation of the document of the API, or a path with what looks like an id left out.
        </p>
      ) : (
        <div className="max-h-128 overflow-y-auto">
          <DataTable label="Routes" columns={columns} rows={routes} rowId={({ route }) => route} />
        </div>
      )}
    </Box>
  )
}

const timing = (id: string, header: string, of: (route: TrafficRoute) => number | undefined): Column<TrafficRoute> => ({
  id,
  header,
  value: (route) => of(route) ?? null,
  cell: (route) => {
    const ms = of(route)
    return ms === undefined ? '–' : millisText(ms)
  },
  align: 'right',
})

const columnsOf = (seconds: number): readonly Column<TrafficRoute>[] => [
  {
    id: 'route',
    header: 'Route',
    value: ({ route }) => route,
    cell: ({ route }) => <VisibleText text={route} />,
    className: 'max-w-96',
  },
  countColumn('requests', 'Requests', ({ requests }) => requests),
  {
    id: 'rate',
    header: 'a second',
    value: ({ requests }) => requests,
    cell: ({ requests }) => rateText(requests / seconds),
    align: 'right',
    from: 'lg',
  },
  {
    id: 'refused',
    header: 'Refused',
    value: refusedOf,
    cell: (route) => {
      const refused = refusedOf(route)
      return refused === 0 ? '0' : <Status tone="refused">{refused.toLocaleString('en-GB')}</Status>
    },
    align: 'right',
  },
  { ...countColumn('reported', 'Reported', ({ reported }: TrafficRoute) => reported), from: 'xl' },
  {
    id: 'errors',
    header: '5xx',
    value: ({ status }) => status['5xx'],
    cell: ({ status }) =>
      status['5xx'] === 0 ? '0' : <Status tone="warn">{status['5xx'].toLocaleString('en-GB')}</Status>,
    align: 'right',
    from: 'sm',
  },
  { ...timing('p50', 'p50', ({ upstream }) => upstream?.p50), from: 'md' },
  { ...timing('p95', 'p95', ({ upstream }) => upstream?.p95), from: 'md' },
  { ...timing('p99', 'p99', ({ upstream }) => upstream?.p99), from: 'lg' },
  { ...timing('own', 'Gateway p95', ({ own }) => own?.p95), from: 'xl' },
]
