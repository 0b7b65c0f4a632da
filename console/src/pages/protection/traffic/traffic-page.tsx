import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { unlessRefused } from '../../../api/queries.ts'
import { traffic } from '../../../api/traffic.ts'
import { Button } from '../../../ui/button.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { Select } from '../../../ui/select.tsx'
import { ForApplication, ProtectionPage } from '../frame.tsx'
import { Recent } from './recent.tsx'
import { TrafficView } from './traffic-view.tsx'

const route = getRouteApi('/protection/traffic/{-$app}')
const here = '/protection/traffic/{-$app}'

/** Minutes that are shown, and how often they are asked for. */
const spans = [
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '360', label: 'Last 6 hours' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
] as const

/** What comes to an application, as its gateways count it, while it comes. */
export function TrafficPage(): ReactElement {
  const { app } = route.useParams()
  const { span = '15' } = route.useSearch()
  const navigate = route.useNavigate()
  const [paused, setPaused] = useState(false)
  const known = spans.find(({ value }) => value === span)?.value ?? '15'
  return (
    <ForApplication here={here} app={app}>
      {(application) => (
        <ProtectionPage
          here={here}
          application={application}
          toolbar={
            <>
              <Select
                label="Shown"
                value={known}
                onChange={(next) => void navigate({ search: next === '15' ? {} : { span: next }, replace: true })}
                options={spans}
              />
              <Button icon={paused ? 'play' : 'pause'} aria-pressed={paused} onClick={() => setPaused(!paused)}>
                {paused ? 'Go on' : 'Pause'}
              </Button>
              <span role="status" className="text-xs text-muted">
                {paused ? 'Stands still' : Number(known) <= 60 ? 'Updated every 5 seconds' : 'Updated every 30 seconds'}
              </span>
            </>
          }
        >
          <div className="flex max-w-7xl flex-col gap-4 px-4 pt-2 pb-8">
            {/* As high as what comes: the list below does not jump when it has come. */}
            <div className="flex min-h-160 flex-col gap-4">
              <Numbers key={application.id} app={application.id} minutes={Number(known)} paused={paused} />
            </div>
            <Recent key={application.id} app={application.id} paused={paused} />
          </div>
        </ProtectionPage>
      )}
    </ForApplication>
  )
}

function Numbers({ app, minutes, paused }: { app: string; minutes: number; paused: boolean }): ReactElement {
  const counted = useQuery({
    queryKey: ['protection', app, 'traffic', minutes],
    queryFn: async ({ signal }) => await traffic.read(app, { minutes }, signal),
    placeholderData: (previous) => previous,
    refetchInterval: paused ? false : unlessRefused(minutes <= 60 ? 5000 : 30_000),
  })
  return <Answer query={counted}>{(found) => <TrafficView app={app} traffic={found} />}</Answer>
}
