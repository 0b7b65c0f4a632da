import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactElement, type ReactNode, Suspense } from 'react'
import { api } from '../../api/index.ts'
import { meQuery, unlessRefused } from '../../api/queries.ts'
import type { Overview } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box } from '../../ui/box.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { ApplicationList } from './application-list.tsx'
import { NextSteps, nextSteps } from './next-steps.tsx'

const OwnAccount = lazy(async () => ({ default: (await import('./own-account.tsx')).OwnAccount }))
// The chart is the heaviest part of the console and comes after the numbers.
const DecisionsChart = lazy(async () => ({ default: (await import('./decisions-chart.tsx')).DecisionsChart }))

export function OverviewPage(): ReactElement {
  const me = useQuery(meQuery)
  const allowed = me.data?.actions.includes('viewOverview') === true
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: async ({ signal }) => await api.overview(signal),
    refetchInterval: unlessRefused(10_000),
    enabled: allowed,
  })
  if (me.data !== undefined && !allowed) {
    return (
      <Page title="Overview">
        <Suspense>
          <OwnAccount me={me.data} />
        </Suspense>
      </Page>
    )
  }
  return (
    <Page title="Overview">
      <Answer query={overview}>{(data) => <Panels overview={data} />}</Answer>
    </Page>
  )
}

function Panels({ overview }: { overview: Overview }): ReactElement {
  const steps = nextSteps(overview)
  const { people, sessions, signIns, controls } = overview
  const disabled = people.disabled === 0 ? '' : `, ${people.disabled} disabled`
  return (
    <div className="flex max-w-6xl flex-col gap-4 px-4 pt-2 pb-8">
      {steps.length === 0 ? null : <NextSteps steps={steps} />}
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line md:grid-cols-3 xl:grid-cols-6">
        <Figure
          name="People"
          value={people.total}
          note={`${people.active} active${disabled}`}
          link={<Link to="/people/{-$id}">People</Link>}
        />
        <Figure
          name="Live sessions"
          value={sessions.active}
          note="sign-ins and applications"
          link={<Link to="/sessions/{-$id}">Live sessions</Link>}
        />
        <Figure
          name="Sign-ins, 24 h"
          value={signIns.succeeded24h}
          note={`${signIns.refused24h} refused`}
          link={
            <Link to="/events/{-$id}" search={{ kind: 'session.started' }}>
              Sign-ins, 24 h
            </Link>
          }
        />
        <Figure
          name="Refusals, 24 h"
          value={overview.refusals24h}
          note="decided against"
          link={
            <Link to="/events/{-$id}" search={{ outcome: 'refused' }}>
              Refusals, 24 h
            </Link>
          }
        />
        <Figure
          name="Events, 24 h"
          value={overview.events24h}
          note="recorded"
          link={<Link to="/events/{-$id}">Events, 24 h</Link>}
        />
        {controls === null ? null : (
          <Figure
            name="Controls"
            value={controls.passed}
            of={controls.total}
            note={
              controls.failed > 0 ? (
                <Status tone="bad">{controls.failed} failed</Status>
              ) : controls.passed === controls.total ? (
                <Status tone="good">all passed</Status>
              ) : (
                <Status tone="unknown">{controls.total - controls.passed} not known</Status>
              )
            }
            link={<Link to="/controls/{-$id}">Controls</Link>}
          />
        )}
      </dl>
      <Box title="Decisions, last 24 hours">
        <Suspense fallback={<div className="h-52" />}>
          <DecisionsChart series={overview.series} />
        </Suspense>
      </Box>
      <Box
        title="Applications"
        aside={
          <Link to="/applications/{-$id}" className="text-xs text-accent hover:underline">
            All applications
          </Link>
        }
      >
        <ApplicationList applications={overview.applications} />
      </Box>
      <Box
        title="Ledger"
        aside={
          <Link to="/ledger" className="text-xs text-accent hover:underline">
            Verify it
          </Link>
        }
      >
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 p-4">
          <dt className="text-muted">Length</dt>
          <dd className="tabular-nums">{overview.ledger.seq === 0 ? 'empty' : count(overview.ledger.seq, 'event')}</dd>
          <dt className="text-muted">Root</dt>
          <dd>
            <CopyId id={overview.ledger.hash} />
          </dd>
        </dl>
      </Box>
    </div>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: number
  readonly of?: number
  readonly note: ReactNode
  readonly link: ReactElement
}

/** A number with its name; the name is the link to what the number counts. */
function Figure({ value, of, note, link }: FigureProps): ReactElement {
  return (
    <div className="flex flex-col bg-surface px-4 py-3">
      <dt className="text-xs text-muted [&>a]:hover:text-accent [&>a]:hover:underline">{link}</dt>
      <dd className="text-xl font-semibold tabular-nums">
        {value.toLocaleString('en-GB')}
        {of === undefined ? null : <span className="text-base font-normal text-muted"> of {of}</span>}
      </dd>
      <dd className="text-xs text-muted">{note}</dd>
    </div>
  )
}
