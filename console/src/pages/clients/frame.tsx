import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import { LinkTabs } from '../../ui/tabs.tsx'
import { Page } from '../../ui/page.tsx'

interface FrameProps {
  readonly app: string
  readonly actions?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** What an application is to sign-in: one page with a tab for each part of it. */
export function ApplicationSignIn({ app, actions, panel, children }: FrameProps): ReactElement {
  const applications = useQuery(applicationsQuery)
  const name = applications.data?.items.find(({ id }) => id === app)?.name ?? app
  return (
    <Page
      title={`${name}: sign-in`}
      actions={
        <>
          <Link to="/applications/{-$id}" params={{ id: app }} className="px-1 text-sm text-accent hover:underline">
            Application
          </Link>
          {actions}
        </>
      }
      tabs={
        <LinkTabs
          label="Sign-in of the application"
          app={app}
          items={[
            { to: '/applications/$app/clients/{-$id}', label: 'Clients' },
            { to: '/applications/$app/resources', label: 'Resources' },
            { to: '/applications/$app/session-limits', label: 'Session limits' },
            { to: '/applications/$app/branding', label: 'Branding' },
          ]}
        />
      }
      panel={panel}
    >
      {children}
    </Page>
  )
}
