import type { IconName } from '../ui/icons.tsx'

/** The pages of the console, in the order of the navigation. */
export const nav = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/people/{-$id}', label: 'People', icon: 'people' },
  { to: '/sessions/{-$id}', label: 'Sessions', icon: 'sessions' },
  { to: '/applications/{-$id}', label: 'Applications', icon: 'applications' },
  { to: '/policies/{-$app}/{-$name}', label: 'Policies', icon: 'policies' },
  { to: '/events/{-$id}', label: 'Events', icon: 'events' },
  { to: '/controls/{-$id}', label: 'Controls', icon: 'controls' },
] as const satisfies readonly { to: string; label: string; icon: IconName }[]
