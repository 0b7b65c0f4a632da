import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { protectionQuery } from '../../api/protection.ts'
import { unlessRefused } from '../../api/queries.ts'
import { traffic } from '../../api/traffic.ts'
import type { BudgetUse, LimitRule, Protection } from '../../api/types.ts'
import { type Hit, hitsBy } from '../../lib/limit-hits.ts'
import { modeWords } from '../../lib/protection-words.ts'
import { percentText } from '../../lib/traffic.ts'
import { spanText } from '../../lib/spans.ts'
import { sinceOf } from '../../lib/blocked-filters.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box } from '../../ui/box.tsx'
import { countColumn, timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { ForApplication, ProtectionPage } from './frame.tsx'

const route = getRouteApi('/protection/limits/{-$app}')
const here = '/protection/limits/{-$app}'

/** What is limited, and who runs into it. */
export function LimitsPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => (
        <ProtectionPage
          here={here}
          application={application}
          actions={
            <Link
              to="/protection/settings/{-$app}"
              params={{ app: application.id }}
              search={{ part: 'limits' }}
              className="px-1 text-sm text-accent hover:underline"
            >
              Change limits
            </Link>
          }
        >
          <div className="flex max-w-6xl flex-col gap-4 px-4 pt-4 pb-8">
            <Limits key={application.id} app={application.id} />
          </div>
        </ProtectionPage>
      )}
    </ForApplication>
  )
}

function Limits({ app }: { app: string }): ReactElement {
  const stored = useQuery(protectionQuery(app))
  const may = useMay(app)('viewTraffic')
  return (
    <>
      <Answer query={stored}>
        {({ settings: { limits } }) => (
          <>
            <Set limits={limits} />
            {may ? (
              <>
                <Shared app={app} />
                <Hits app={app} mode={limits.mode === 'report' ? 'reported' : 'refused'} />
              </>
            ) : null}
          </>
        )}
      </Answer>
    </>
  )
}

const perWords = {
  address: 'address',
  account: 'who is signed in',
  key: 'service or client',
  route: 'everybody together',
} as const
const scopeWords = {
  process: 'each gateway for itself',
  shared: 'all gateways together, lent in parts',
  strict: 'all gateways together, asked each time',
} as const

function Set({ limits }: { limits: Protection['limits'] }): ReactElement {
  const { concurrency } = limits
  return (
    <Box
      title="What is limited"
      aside={
        <Status tone={limits.mode === 'block' ? 'good' : limits.mode === 'report' ? 'warn' : 'quiet'}>
          {modeWords[limits.mode]}
        </Status>
      }
    >
      {limits.rules.length === 0 ? (
        <EmptyState title="No rules of its own">
          Every gateway takes 100 requests a second from an address, 400 at once. A rule says more exactly how often who
          may do what: sign-in, search, whatever costs.
        </EmptyState>
      ) : (
        <DataTable label="Rules" columns={ruleColumns} rows={limits.rules} rowId={({ name }) => name} />
      )}
      <div className="border-t border-line p-4">
        <Facts
          items={[
            ['At once', concurrency.application === null ? 'no limit' : count(concurrency.application, 'request')],
            ['Of one client', concurrency.perClient === null ? 'no limit' : count(concurrency.perClient, 'request')],
            [
              'Sheds load',
              limits.shedAfterMs === null ? 'never' : `when a gateway is late by more than ${limits.shedAfterMs} ms`,
            ],
          ]}
        />
      </div>
    </Box>
  )
}

const ruleColumns: readonly Column<LimitRule>[] = [
  {
    id: 'name',
    header: 'Rule',
    value: ({ name }) => name,
    cell: ({ name }) => <code className="font-mono text-xs font-semibold">{name}</code>,
  },
  {
    id: 'where',
    header: 'Where',
    cell: ({ route: own }) =>
      own === undefined ? (
        'everywhere'
      ) : (
        <code className="font-mono text-xs break-all">{`${own.methods?.join(', ') ?? '*'} ${own.path}`}</code>
      ),
  },
  {
    id: 'pace',
    header: 'How often',
    cell: ({ units, seconds, burst, cost }) =>
      `${units.toLocaleString('en-GB')} in ${spanText(seconds)}${burst === undefined ? '' : `, ${burst.toLocaleString('en-GB')} at once`}${cost === 1 ? '' : `, a request costs ${cost}`}`,
  },
  { id: 'per', header: 'Counted by', cell: ({ per }) => perWords[per], from: 'sm' },
  { id: 'scope', header: 'Budget', cell: ({ scope }) => scopeWords[scope], from: 'md' },
]

/** What the gateways have used together; what each counts for itself, it alone knows. */
function Shared({ app }: { app: string }): ReactElement | null {
  const { data, error } = useQuery({
    queryKey: ['protection', app, 'budgets'],
    queryFn: async ({ signal }) => await traffic.budgets(app, signal),
    refetchInterval: unlessRefused(5000),
  })
  if (error !== null) return <ErrorNote error={error} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Box
      title="Budgets that gateways share, now"
      aside={<span className="text-xs text-muted">counted in the database, whichever gateway is asked</span>}
    >
      <DataTable
        label="Budgets that gateways share"
        columns={budgetColumns}
        rows={data.items}
        rowId={({ rule }) => rule}
      />
    </Box>
  )
}

const budgetColumns: readonly Column<BudgetUse>[] = [
  {
    id: 'rule',
    header: 'Rule',
    value: ({ rule }) => rule,
    cell: ({ rule }) => <code className="font-mono text-xs font-semibold">{rule}</code>,
  },
  countColumn('clients', 'Clients', ({ clients }) => clients),
  {
    id: 'atLimit',
    header: 'At their limit',
    value: ({ atLimit }) => atLimit,
    cell: ({ atLimit }) => (atLimit === 0 ? '0' : <Status tone="refused">{atLimit.toLocaleString('en-GB')}</Status>),
    align: 'right',
  },
  {
    id: 'fullest',
    header: 'Used by the busiest',
    value: ({ fullest }) => fullest,
    cell: ({ fullest }) => (
      <span className="inline-flex items-center gap-2">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-24 bg-sunken" aria-hidden="true">
          <rect width={fullest * 100} height="8" className={fullest >= 0.95 ? 'fill-bad' : 'fill-accent'} />
        </svg>
        <span className="w-12 whitespace-nowrap">{percentText(fullest, 1)}</span>
      </span>
    ),
    align: 'right',
  },
]

function Hits({ app, mode }: { app: string; mode: 'refused' | 'reported' }): ReactElement {
  const since = sinceOf('24h', Date.now())
  const refused = useQuery({
    queryKey: ['protection', app, 'limited', mode],
    queryFn: async ({ signal }) =>
      await traffic.requests(app, { mode, code: 'rate_limited', since, limit: 200 }, signal),
    refetchInterval: unlessRefused(10_000),
  })
  return (
    <Answer query={refused}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Box title="Who hits them, last 24 hours">
            <p className="p-4 text-muted">Nobody: no request was too many.</p>
          </Box>
        ) : (
          <>
            <div className="grid gap-4 xl:grid-cols-2">
              <HitTable title="By client, last 24 hours" header="Client" hits={hitsBy(items, 'client')} />
              <HitTable title="By route, last 24 hours" header="Route" hits={hitsBy(items, 'route')} />
            </div>
            {next === null ? null : <p className="text-xs text-muted">Of the newest 200 events; there are more.</p>}
            <p className="text-xs">
              <Link
                to="/protection/blocked/{-$app}/{-$id}"
                params={{ app, id: undefined }}
                search={{ code: 'rate_limited', view: 'single', mode }}
                className="text-accent hover:underline"
              >
                One by one
              </Link>
            </p>
          </>
        )
      }
    </Answer>
  )
}

function HitTable({ title, header, hits }: { title: string; header: string; hits: readonly Hit[] }): ReactElement {
  const columns = useMemo(() => hitColumns(header), [header])
  return (
    <Box title={title}>
      <DataTable label={title} columns={columns} rows={hits} rowId={({ key }) => key} />
    </Box>
  )
}

const hitColumns = (header: string): readonly Column<Hit>[] => [
  {
    id: 'what',
    header,
    value: ({ key }) => key,
    cell: ({ key, actor }) => (actor === null ? <VisibleText text={key} /> : <Subject uid={actor} />),
    className: 'max-w-80',
  },
  {
    id: 'rules',
    header: 'Rule',
    cell: ({ rules }) => <span className="font-mono text-xs">{rules.join(', ')}</span>,
    from: 'sm',
  },
  countColumn('count', 'Too many', ({ count: times }) => times),
  timeColumn('last', 'Last', ({ last }) => last),
]
