import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import type { Application } from '../../api/types.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { LinkTabs, type TabTarget } from '../../ui/tabs.tsx'
import { useMay } from '../../ui/use-may.ts'

const tabs = [
  { to: '/permissions/policies/{-$app}/{-$name}', label: 'Policies', needs: 'viewApplication' },
  { to: '/permissions/who-can/{-$app}', label: 'Who can', needs: 'viewAccess' },
  { to: '/permissions/grants/{-$app}/{-$id}', label: 'Grants', needs: 'viewAccess' },
  { to: '/permissions/roles/{-$app}/{-$id}', label: 'Roles', needs: 'viewAccess' },
  { to: '/permissions/entities/{-$app}/{-$id}', label: 'Entities', needs: 'viewEntities' },
  { to: '/permissions/requests/{-$app}/{-$id}', label: 'Requests', needs: 'requestElevation' },
  { to: '/permissions/shadow/{-$app}', label: 'Shadow', needs: 'viewCandidate' },
  { to: '/permissions/decisions/{-$app}/{-$id}', label: 'Decisions', needs: 'listDecisions' },
] as const

interface ForApplicationProps {
  readonly here: TabTarget
  /** As the address has it; without one the first that is not built in. */
  readonly app: string | undefined
  readonly children: (application: Application) => ReactNode
}

/** What stands below Permissions is about one application. */
export function ForApplication({ here, app, children }: ForApplicationProps): ReactElement {
  const applications = useQuery(applicationsQuery)
  return (
    <Answer query={applications}>
      {({ items }) => {
        const application = items.find(({ id }) => id === app)
        if (application !== undefined) return children(application)
        const first = items.find(({ builtin }) => !builtin) ?? items[0]
        if (app === undefined && first !== undefined) {
          return <Navigate to={here} params={{ app: first.id, id: undefined, name: undefined }} search={true} replace />
        }
        return (
          <Page title="Permissions">
            <EmptyState
              title={app === undefined ? 'No applications yet' : `No application is called "${app}"`}
              command="npx holdfast init express"
            >
              Permissions belong to an application. Run this in the directory of a backend:
            </EmptyState>
          </Page>
        )
      }}
    </Answer>
  )
}

interface PermissionsPageProps {
  readonly here: TabTarget
  readonly application: Application
  readonly actions?: ReactNode
  readonly toolbar?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** The frame of these pages: which application, and the tabs of what the caller may see of it. */
export function PermissionsPage({ here, application, actions, ...rest }: PermissionsPageProps): ReactElement {
  const { data } = useQuery(applicationsQuery)
  const may = useMay(application.id)
  const navigate = useNavigate()
  return (
    <Page
      title="Permissions"
      tabs={<LinkTabs label="Permissions" app={application.id} items={tabs.filter(({ needs }) => may(needs))} />}
      actions={
        <>
          <Select
            label="Application"
            showLabel
            value={application.id}
            onChange={(app) => void navigate({ to: here, params: { app, id: undefined, name: undefined }, search: {} })}
            options={(data?.items ?? [application]).map(({ id, name }) => ({ value: id, label: name }))}
          />
          {actions}
        </>
      }
      {...rest}
    />
  )
}
