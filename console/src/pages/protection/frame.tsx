import { Link } from '@tanstack/react-router'
import type { ComponentProps, ReactElement } from 'react'
import { ApplicationPage, ForApplication as ForOne, type Section } from '../application-section.tsx'

const section: Section = {
  title: 'Protection',
  builtin: false,
  empty: 'Protection stands before an application.',
  tabs: [
    { to: '/protection/traffic/{-$app}', label: 'Traffic', needs: 'viewTraffic' },
    { to: '/protection/blocked/{-$app}/{-$id}', label: 'Blocked requests', needs: 'viewTraffic' },
    { to: '/protection/csp/{-$app}', label: 'CSP reports', needs: 'viewProtection' },
    { to: '/protection/limits/{-$app}', label: 'Limits', needs: 'viewProtection' },
    { to: '/protection/learned/{-$app}', label: 'Learned', needs: 'viewTraffic' },
    { to: '/protection/settings/{-$app}', label: 'Settings', needs: 'viewProtection' },
  ],
}

/** What stands below Protection is about one application. */
export function ForApplication(props: Omit<ComponentProps<typeof ForOne>, 'section'>): ReactElement {
  return <ForOne section={section} {...props} />
}

/** The frame of these pages: which application, the way to all of them, and the tabs of what the caller may see. */
export function ProtectionPage({
  actions,
  ...props
}: Omit<ComponentProps<typeof ApplicationPage>, 'section'>): ReactElement {
  return (
    <ApplicationPage
      section={section}
      actions={
        <>
          <Link to="/protection" className="px-1 text-sm text-accent hover:underline">
            All applications
          </Link>
          {actions}
        </>
      }
      {...props}
    />
  )
}
