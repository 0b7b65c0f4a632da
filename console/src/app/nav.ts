import type { IconName } from '../ui/icons.tsx'

/** The pages of the console, in the order of the navigation; `needs` is the action without which a page has nothing to show. */
export const nav = [
  { to: '/', label: 'Overview', icon: 'overview', needs: 'viewOverview' },
  { to: '/people/{-$id}', label: 'People', icon: 'people', needs: 'listPeople' },
  { to: '/sessions/{-$id}', label: 'Sessions', icon: 'sessions', needs: 'listSessions' },
  { to: '/sign-in', label: 'Sign-in', icon: 'lock', needs: 'listConnections' },
  { to: '/applications/{-$id}', label: 'Applications', icon: 'applications', needs: 'listApplications' },
  { to: '/permissions', label: 'Permissions', icon: 'policies', needs: 'listApplications' },
  { to: '/protection', label: 'Protection', icon: 'protection', needs: 'listApplications' },
  { to: '/events/{-$id}', label: 'Events', icon: 'events', needs: 'listEvents' },
  { to: '/ledger', label: 'Ledger', icon: 'ledger', needs: 'verifyLedger' },
  { to: '/keys', label: 'Keys', icon: 'keys', needs: 'listKeys' },
  { to: '/controls/{-$id}', label: 'Controls', icon: 'controls', needs: 'listControls' },
] as const satisfies readonly { to: string; label: string; icon: IconName; needs: string }[]
