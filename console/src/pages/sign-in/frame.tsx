import type { ReactElement, ReactNode } from 'react'
import { LinkTabs } from '../../ui/tabs.tsx'
import { Page } from '../../ui/page.tsx'
import { useMayHere } from '../../ui/use-may.ts'

// Of tenants other than the first, signing keys and tenants are nobody's to see.
const tabs = [
  { to: '/sign-in/connections/{-$id}', label: 'Connections', needs: 'listConnections' },
  { to: '/sign-in/policy', label: 'Policy', needs: 'viewSignInPolicy' },
  { to: '/sign-in/provisioning/{-$id}', label: 'Provisioning', needs: 'listServices' },
  { to: '/sign-in/signing-keys', label: 'Signing keys', needs: 'listSigningKeys' },
  { to: '/sign-in/mail', label: 'Mail', needs: 'viewMail' },
  { to: '/sign-in/branding', label: 'Branding', needs: 'viewBranding' },
  { to: '/sign-in/tenants/{-$id}', label: 'Tenants', needs: 'listTenants' },
] as const

interface SignInPageProps {
  readonly actions?: ReactNode
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** How people and programs come in: one tab for each part. */
export function SignInPage({ actions, panel, children }: SignInPageProps): ReactElement {
  const may = useMayHere()
  return (
    <Page
      title="Sign-in"
      actions={actions}
      panel={panel}
      tabs={<LinkTabs label="Sign-in" items={tabs.filter(({ needs }) => may(needs))} />}
    >
      {children}
    </Page>
  )
}
