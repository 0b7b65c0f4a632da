import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { protection, protectionQuery } from '../../../api/protection.ts'
import { unlessRefused } from '../../../api/queries.ts'
import type { CspProposal, CspReport, StoredProtection } from '../../../api/types.ts'
import { count } from '../../../lib/words.ts'
import { Box } from '../../../ui/box.tsx'
import { countColumn, timeColumn } from '../../../ui/columns.tsx'
import { ConfirmInline } from '../../../ui/confirm-inline.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { Select } from '../../../ui/select.tsx'
import { type Column, DataTable } from '../../../ui/table.tsx'
import { useAct } from '../../../ui/use-act.ts'
import { useMay } from '../../../ui/use-may.ts'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { ForApplication, ProtectionPage } from '../frame.tsx'
import { PolicySteps } from './policy-steps.tsx'
import { Proposal } from './proposal.tsx'

const route = getRouteApi('/protection/csp/{-$app}')
const here = '/protection/csp/{-$app}'

/** What browsers report, the policy that comes of it, and the way to enforce it. */
export function CspPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => (
        <ProtectionPage here={here} application={application}>
          <Csp key={application.id} app={application.id} />
        </ProtectionPage>
      )}
    </ForApplication>
  )
}

const least = [
  { value: '1', label: 'once or more' },
  { value: '3', label: '3 times or more' },
  { value: '10', label: '10 times or more' },
  { value: '100', label: '100 times or more' },
] as const

function Csp({ app }: { app: string }): ReactElement {
  const [atLeast, setAtLeast] = useState<(typeof least)[number]['value']>('3')
  const stored = useQuery(protectionQuery(app))
  const reports = useQuery({
    queryKey: ['protection', app, 'csp-reports'],
    queryFn: async ({ signal }) => await protection.reports(app, signal),
    refetchInterval: unlessRefused(10_000),
  })
  const proposal = useQuery({
    queryKey: ['protection', app, 'csp-proposal', atLeast],
    queryFn: async ({ signal }) => await protection.proposal(app, { atLeast }, signal),
    refetchInterval: unlessRefused(10_000),
    placeholderData: (previous) => previous,
  })
  return (
    <div className="flex max-w-6xl flex-col gap-4 px-4 pt-4 pb-8">
      <Answer query={stored}>
        {(settings) => (
          <Answer query={reports}>
            {({ items }) => (
              <Answer query={proposal}>
                {(proposed) => (
                  <Parts
                    app={app}
                    stored={settings}
                    reports={items}
                    proposal={proposed}
                    often={
                      <Select
                        label="What was reported"
                        showLabel
                        value={atLeast}
                        onChange={setAtLeast}
                        options={least}
                      />
                    }
                  />
                )}
              </Answer>
            )}
          </Answer>
        )}
      </Answer>
    </div>
  )
}

interface PartsProps {
  readonly app: string
  readonly stored: StoredProtection
  readonly reports: readonly CspReport[]
  readonly proposal: CspProposal
  readonly often: ReactElement
}

function Parts({ app, stored, reports, proposal, often }: PartsProps): ReactElement {
  const may = useMay(app)('changeProtection')
  return (
    <>
      <PolicySteps app={app} stored={stored} reports={reports} proposal={proposal} may={may} />
      {reports.length === 0 ? null : <Proposal proposal={proposal} often={often} />}
      <Reports app={app} reports={reports} may={may} listens={stored.settings.csp.reports} />
    </>
  )
}

interface ReportsProps {
  readonly app: string
  readonly reports: readonly CspReport[]
  readonly may: boolean
  readonly listens: boolean
}

function Reports({ app, reports, may, listens }: ReportsProps): ReactElement {
  const total = reports.reduce((sum, report) => sum + report.count, 0)
  const clear = useAct(async () => await protection.clearReports(app), {
    done: ({ cleared }) => `${count(cleared, 'kind')} of reports thrown away`,
    refresh: [['protection', app]],
  })
  return (
    <Box title="Reports of browsers" aside={<span className="text-xs text-muted">{count(total, 'report')}</span>}>
      {reports.length === 0 ? (
        <EmptyState title="No reports">
          {listens
            ? 'Browsers report what the policy blocks, or would block. Use the application through its gateway: what its pages load that the policy does not allow appears here within seconds.'
            : 'Browsers are not asked to report: switch reports on in the settings of the policy.'}
        </EmptyState>
      ) : (
        <>
          <DataTable
            label="Reports of browsers"
            columns={columns}
            rows={reports}
            rowId={({ directive, blocked, page, disposition }) => [directive, blocked, page, disposition].join('\n')}
          />
          {may ? (
            <div className="p-4">
              <ConfirmInline
                label="Throw the reports away"
                busy={clear.isPending}
                consequence={`${count(reports.length, 'kind')} of reports are gone. Browsers report again what still happens: the way to see whether a change has helped.`}
                confirm={`Throw ${count(total, 'report')} away`}
                onConfirm={() => clear.mutate()}
              />
            </div>
          ) : null}
        </>
      )}
    </Box>
  )
}

const columns: readonly Column<CspReport>[] = [
  {
    id: 'directive',
    header: 'Directive',
    value: ({ directive }) => directive,
    cell: ({ directive }) => <code className="font-mono text-xs">{directive}</code>,
  },
  {
    id: 'blocked',
    header: 'What',
    value: ({ blocked }) => blocked,
    cell: ({ blocked, sample }) => (
      <span className="flex min-w-0 flex-col">
        <VisibleText text={blocked} />
        {sample === '' ? null : (
          <span className="line-clamp-1 text-muted">
            <VisibleText text={sample} />
          </span>
        )}
      </span>
    ),
    className: 'max-w-80',
  },
  {
    id: 'page',
    header: 'On page',
    value: ({ page }) => page,
    cell: ({ page }) => <VisibleText text={page} />,
    from: 'sm',
    className: 'max-w-64',
  },
  {
    id: 'disposition',
    header: 'Browsers',
    value: ({ disposition }) => disposition,
    cell: ({ disposition }) => (disposition === 'enforce' ? 'blocked it' : 'only reported it'),
    from: 'md',
  },
  countColumn('count', 'Times', ({ count: times }) => times),
  timeColumn('last', 'Last', ({ lastAt }) => lastAt, 'md'),
]
