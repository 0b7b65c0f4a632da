import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { NotFound, Shell } from './app/shell.tsx'
import { parseFilters } from './lib/event-filters.ts'
import { OverviewPage } from './pages/overview/overview-page.tsx'
import { ErrorNote } from './ui/error-note.tsx'

/** A search parameter as text; the router reads `?q=42` as a number. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
}

function search<K extends string>(...names: readonly K[]) {
  return (input: Record<string, unknown>): { [name in K]?: string } => {
    const result: { [name in K]?: string } = {}
    for (const name of names) {
      const value = text(input[name])
      if (value !== undefined) result[name] = value
    }
    return result
  }
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage })

const people = createRoute({
  getParentRoute: () => root,
  path: '/people/{-$id}',
  validateSearch: search('q'),
  component: lazyRouteComponent(() => import('./pages/people/people-page.tsx'), 'PeoplePage'),
})
const groups = createRoute({
  getParentRoute: () => root,
  path: '/groups/{-$id}',
  component: lazyRouteComponent(() => import('./pages/people/groups-page.tsx'), 'GroupsPage'),
})
const services = createRoute({
  getParentRoute: () => root,
  path: '/services/{-$id}',
  component: lazyRouteComponent(() => import('./pages/people/services-page.tsx'), 'ServicesPage'),
})
const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions/{-$id}',
  validateSearch: search('person'),
  component: lazyRouteComponent(() => import('./pages/sessions/sessions-page.tsx'), 'SessionsPage'),
})
const applications = createRoute({
  getParentRoute: () => root,
  path: '/applications/{-$id}',
  component: lazyRouteComponent(() => import('./pages/applications/applications-page.tsx'), 'ApplicationsPage'),
})
const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies/{-$app}/{-$name}',
  validateSearch: search('view', 'try'),
  component: lazyRouteComponent(() => import('./pages/policies/policies-page.tsx'), 'PoliciesPage'),
})
const events = createRoute({
  getParentRoute: () => root,
  path: '/events/{-$id}',
  validateSearch: parseFilters,
  component: lazyRouteComponent(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
})
const controls = createRoute({
  getParentRoute: () => root,
  path: '/controls/{-$id}',
  component: lazyRouteComponent(() => import('./pages/controls/controls-page.tsx'), 'ControlsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([overview, people, groups, services, sessions, applications, policies, events, controls]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => (
    <div className="p-4">
      <ErrorNote error={error} />
    </div>
  ),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
