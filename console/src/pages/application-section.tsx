import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { applicationsQuery } from '../api/queries.ts'
import type { Application } from '../api/types.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Answer } from '../ui/loading.tsx'
import { Page } from '../ui/page.tsx'
import { Select } from '../ui/select.tsx'
import { LinkTabs, type TabTarget } from '../ui/tabs.tsx'
import { useMay } from '../ui/use-may.ts'

/** A part of the console whose pages are each about one application. */
export interface Section {
  readonly title: string
  /** Pages, and the action without which one has nothing to show. */
  readonly tabs: readonly { readonly to: TabTarget; readonly label: string; readonly needs: string }[]
  /** Whether Holdfast's own application has such pages. */
  readonly builtin: boolean
  /** Why there must be an application first. */
  readonly empty: string
}

interface ForApplicationProps {
  readonly section: Section
  readonly here: TabTarget
  /** As the address has it; without one the first that is not built in. */
  readonly app: string | undefined
  readonly children: (application: Application) => ReactNode
}

export function ForApplication({ section, here, app, children }: ForApplicationProps): ReactElement {
  const applications = useQuery(applicationsQuery)
  return (
    <Answer query={applications}>
      {({ items }) => {
        const offered = items.filter(({ builtin }) => section.builtin || !builtin)
        const application = offered.find(({ id }) => id === app)
        if (application !== undefined) return children(application)
        const first = offered.find(({ builtin }) => !builtin) ?? offered[0]
        if (app === undefined && first !== undefined) {
          return <Navigate to={here} params={{ app: first.id, id: undefined, name: undefined }} search={true} replace />
        }
        return (
          <Page title={section.title}>
            <EmptyState
              title={app === undefined ? 'No applications yet' : `No application is called "${app}"`}
              command="npx holdfast init express"
            >
              {section.empty} Run this in the directory of a backend:
            </EmptyState>
          </Page>
        )
      }}
    </Answer>
  )
}

interface ApplicationPageProps {
  readonly section: Section
  readonly here: TabTarget
  readonly application: Application
  readonly actions?: ReactNode
  readonly toolbar?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** The frame of such a page: which application, and the tabs of what the caller may see of it. */
export function ApplicationPage({ section, here, application, actions, ...rest }: ApplicationPageProps): ReactElement {
  const { data } = useQuery(applicationsQuery)
  const may = useMay(application.id)
  const navigate = useNavigate()
  const offered = (data?.items ?? [application]).filter(({ builtin }) => section.builtin || !builtin)
  return (
    <Page
      title={section.title}
      tabs={
        <LinkTabs label={section.title} app={application.id} items={section.tabs.filter(({ needs }) => may(needs))} />
      }
      actions={
        <>
          <Select
            label="Application"
            showLabel
            value={application.id}
            onChange={(app) => void navigate({ to: here, params: { app, id: undefined, name: undefined }, search: {} })}
            options={offered.map(({ id, name }) => ({ value: id, label: name }))}
          />
          {actions}
        </>
      }
      {...rest}
    />
  )
}
