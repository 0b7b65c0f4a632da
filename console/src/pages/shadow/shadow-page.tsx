import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import { ApiError } from '../../api/errors.ts'
import { unlessRefused } from '../../api/queries.ts'
import type { Application } from '../../api/types.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { CandidateSteps } from './candidate-steps.tsx'
import { ReportView } from './report-view.tsx'

const here = '/permissions/shadow/{-$app}'
const route = getRouteApi(here)

export function ShadowPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Shadow key={application.id} application={application} />}
    </ForApplication>
  )
}

/** Policies that decide beside the live ones and change no answer: what they would have said otherwise, and making them live. */
function Shadow({ application }: { application: Application }): ReactElement {
  const report = useQuery({
    queryKey: ['access', application.id, 'candidate', 'report'],
    queryFn: async () => await access.candidateReport(application.id),
    retry: false,
    refetchInterval: unlessRefused(10_000),
  })
  const none = report.error instanceof ApiError && report.error.problem.code === 'candidate_not_found'
  return (
    <PermissionsPage here={here} application={application}>
      {none ? (
        <EmptyState
          title="No candidate decides beside the live policies"
          command={`npx holdfast access shadow start policies/ --application ${application.id}`}
        >
          A candidate is a whole set of policies that is asked for every decision as the live ones are, and changes no
          answer: it shows on real requests what it would allow or deny, before it does. Start one from a directory:
        </EmptyState>
      ) : (
        <Answer query={report}>
          {(found) => (
            <div className="flex min-w-0 flex-col gap-4 p-4">
              <CandidateSteps application={application.id} report={found} />
              <ReportView application={application.id} report={found} />
            </div>
          )}
        </Answer>
      )}
    </PermissionsPage>
  )
}
