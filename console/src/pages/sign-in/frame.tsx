import type { ReactElement, ReactNode } from 'react'
import { LinkTabs } from '../../ui/tabs.tsx'
import { Page } from '../../ui/page.tsx'

interface SignInPageProps {
  readonly actions?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** How people and programs come in: one tab for each part. */
export function SignInPage({ actions, panel, children }: SignInPageProps): ReactElement {
  return (
    <Page
      title="Sign-in"
      actions={actions}
      panel={panel}
      tabs={
        <LinkTabs
          label="Sign-in"
          items={[
            { to: '/sign-in/connections/{-$id}', label: 'Connections' },
            { to: '/sign-in/provisioning/{-$id}', label: 'Provisioning' },
            { to: '/sign-in/signing-keys', label: 'Signing keys' },
            { to: '/sign-in/mail', label: 'Mail' },
            { to: '/sign-in/branding', label: 'Branding' },
          ]}
        />
      }
    >
      {children}
    </Page>
  )
}
