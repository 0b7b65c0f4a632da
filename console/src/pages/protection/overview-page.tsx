import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { protectionQuery } from '../../api/protection.ts'
import { applicationsQuery, unlessRefused } from '../../api/queries.ts'
import { traffic } from '../../api/traffic.ts'
import type { Application, GuardMode } from '../../api/types.ts'
import { modeWords } from '../../lib/protection-words.ts'
import { percentText, rateText, refusedOf } from '../../lib/traffic.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'

const DAY_MINUTES = 1440

/** Every application: what is switched on, and what came of it in the last day. */
export function ProtectionOverviewPage(): ReactElement {
  const applications = useQuery(applicationsQuery)
  const navigate = useNavigate()
  return (
    <Page title="Protection">
      <Answer query={applications}>
        {({ items }) => {
          const guarded = items.filter(({ builtin }) => !builtin)
          return guarded.length === 0 ? (
            <EmptyState title="No applications yet" command="npx holdfast init express">
              A gateway before an application reads what it forwards, refuses attacks, limits and reports. Run this in
              the directory of a backend:
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Protection of applications"
                columns={columns}
                rows={guarded}
                rowId={({ id }) => id}
                onOpen={({ id }) => void navigate({ to: '/protection/traffic/{-$app}', params: { app: id } })}
              />
            </div>
          )
        }}
      </Answer>
    </Page>
  )
}

const columns: readonly Column<Application>[] = [
  {
    id: 'name',
    header: 'Application',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <Link
        to="/protection/traffic/{-$app}"
        params={{ app: id }}
        className="font-medium hover:text-accent hover:underline"
      >
        {name}
      </Link>
    ),
  },
  { id: 'rate', header: 'Requests a second', cell: ({ id }) => <Day app={id} what="rate" />, align: 'right' },
  { id: 'refused', header: 'Refused, 24 h', cell: ({ id }) => <Day app={id} what="refused" />, align: 'right' },
  { id: 'errors', header: '5xx, 24 h', cell: ({ id }) => <Day app={id} what="errors" />, align: 'right', from: 'sm' },
  { id: 'inspection', header: 'Inspection', cell: ({ id }) => <Switched app={id} part="inspection" /> },
  { id: 'document', header: 'API known', cell: ({ id }) => <Described app={id} />, from: 'md' },
  { id: 'csrf', header: 'Cross-site', cell: ({ id }) => <Switched app={id} part="csrf" />, from: 'md' },
  { id: 'csp', header: 'CSP', cell: ({ id }) => <Switched app={id} part="csp" />, from: 'lg' },
  { id: 'limits', header: 'Limits', cell: ({ id }) => <Switched app={id} part="limits" />, from: 'lg' },
]

/** Each cell asks by itself; what several ask is asked once. */
function Day({ app, what }: { app: string; what: 'rate' | 'refused' | 'errors' }): ReactElement {
  const may = useMay(app)('viewTraffic')
  const { data } = useQuery({
    queryKey: ['protection', app, 'traffic', DAY_MINUTES],
    queryFn: async ({ signal }) => await traffic.read(app, { minutes: DAY_MINUTES }, signal),
    refetchInterval: unlessRefused(30_000),
    enabled: may,
  })
  if (data === undefined) return <span className="text-muted">–</span>
  const { total } = data
  if (what === 'rate') return <>{rateText(total.requests / (DAY_MINUTES * 60))}</>
  const number = what === 'refused' ? refusedOf(total) : total.status['5xx']
  return (
    <span title={percentText(number, total.requests)}>
      {number === 0 ? (
        '0'
      ) : (
        <Status tone={what === 'refused' ? 'refused' : 'warn'}>{number.toLocaleString('en-GB')}</Status>
      )}
    </span>
  )
}

const tones: Readonly<Record<GuardMode, Tone>> = { block: 'good', report: 'warn', off: 'bad' }

function Switched({ app, part }: { app: string; part: 'inspection' | 'csrf' | 'csp' | 'limits' }): ReactElement {
  const { data } = useQuery(protectionQuery(app))
  if (data === undefined) return <span className="text-muted">–</span>
  const { mode } = data.settings[part]
  return <Status tone={tones[mode]}>{part === 'csp' && mode === 'block' ? 'Enforced' : modeWords[mode]}</Status>
}

function Described({ app }: { app: string }): ReactElement {
  const { data } = useQuery(protectionQuery(app))
  if (data === undefined) return <span className="text-muted">–</span>
  return data.settings.inspection.document === null ? (
    <Status tone="quiet">no document</Status>
  ) : (
    <Status tone="good">documented</Status>
  )
}
