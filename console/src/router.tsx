import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
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
const invitations = createRoute({
  getParentRoute: () => root,
  path: '/invitations/{-$id}',
  component: lazyRouteComponent(() => import('./pages/invitations/invitations-page.tsx'), 'InvitationsPage'),
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
const clients = createRoute({
  getParentRoute: () => root,
  path: '/applications/$app/clients/{-$id}',
  component: lazyRouteComponent(() => import('./pages/clients/clients-page.tsx'), 'ClientsPage'),
})
const resources = createRoute({
  getParentRoute: () => root,
  path: '/applications/$app/resources',
  component: lazyRouteComponent(() => import('./pages/clients/resources-page.tsx'), 'ResourcesPage'),
})
const sessionLimits = createRoute({
  getParentRoute: () => root,
  path: '/applications/$app/session-limits',
  component: lazyRouteComponent(() => import('./pages/clients/session-limits-page.tsx'), 'SessionLimitsPage'),
})
const applicationBranding = createRoute({
  getParentRoute: () => root,
  path: '/applications/$app/branding',
  component: lazyRouteComponent(() => import('./pages/clients/branding-page.tsx'), 'ApplicationBrandingPage'),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  beforeLoad: () => {
    throw redirect({ to: '/sign-in/connections/{-$id}', params: { id: undefined }, replace: true })
  },
})
const connections = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/connections/{-$id}',
  component: lazyRouteComponent(() => import('./pages/sign-in/connections-page.tsx'), 'ConnectionsPage'),
})
const provisioning = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/provisioning/{-$id}',
  component: lazyRouteComponent(() => import('./pages/sign-in/provisioning-page.tsx'), 'ProvisioningPage'),
})
const signingKeys = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/signing-keys',
  component: lazyRouteComponent(() => import('./pages/sign-in/signing-keys-page.tsx'), 'SigningKeysPage'),
})
const mail = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/mail',
  validateSearch: search('view', 'to', 'open'),
  component: lazyRouteComponent(() => import('./pages/sign-in/mail-page.tsx'), 'MailPage'),
})
const branding = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/branding',
  component: lazyRouteComponent(() => import('./pages/sign-in/branding-page.tsx'), 'BrandingPage'),
})
const signInPolicy = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/policy',
  component: lazyRouteComponent(() => import('./pages/sign-in/policy-page.tsx'), 'PolicyPage'),
})
const tenants = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/tenants/{-$id}',
  component: lazyRouteComponent(() => import('./pages/tenants/tenants-page.tsx'), 'TenantsPage'),
})
const permissions = createRoute({
  getParentRoute: () => root,
  path: '/permissions',
  beforeLoad: () => {
    throw redirect({
      to: '/permissions/policies/{-$app}/{-$name}',
      params: { app: undefined, name: undefined },
      replace: true,
    })
  },
})
const policies = createRoute({
  getParentRoute: () => root,
  path: '/permissions/policies/{-$app}/{-$name}',
  validateSearch: search('view', 'try'),
  component: lazyRouteComponent(() => import('./pages/policies/policies-page.tsx'), 'PoliciesPage'),
})
const whoCan = createRoute({
  getParentRoute: () => root,
  path: '/permissions/who-can/{-$app}',
  validateSearch: search('ask', 'action', 'principal', 'type', 'id', 'at'),
  component: lazyRouteComponent(() => import('./pages/who-can/who-can-page.tsx'), 'WhoCanPage'),
})
const grants = createRoute({
  getParentRoute: () => root,
  path: '/permissions/grants/{-$app}/{-$id}',
  validateSearch: search('principal', 'role', 'template', 'all', 'at'),
  component: lazyRouteComponent(() => import('./pages/grants/grants-page.tsx'), 'GrantsPage'),
})
const roles = createRoute({
  getParentRoute: () => root,
  path: '/permissions/roles/{-$app}/{-$id}',
  component: lazyRouteComponent(() => import('./pages/roles/roles-page.tsx'), 'RolesPage'),
})
const entities = createRoute({
  getParentRoute: () => root,
  path: '/permissions/entities/{-$app}/{-$id}',
  validateSearch: search('type'),
  component: lazyRouteComponent(() => import('./pages/entities/entities-page.tsx'), 'EntitiesPage'),
})
const requests = createRoute({
  getParentRoute: () => root,
  path: '/permissions/requests/{-$app}/{-$id}',
  validateSearch: search('show', 'role'),
  component: lazyRouteComponent(() => import('./pages/requests/requests-page.tsx'), 'RequestsPage'),
})
const shadow = createRoute({
  getParentRoute: () => root,
  path: '/permissions/shadow/{-$app}',
  component: lazyRouteComponent(() => import('./pages/shadow/shadow-page.tsx'), 'ShadowPage'),
})
const decisions = createRoute({
  getParentRoute: () => root,
  path: '/permissions/decisions/{-$app}/{-$id}',
  validateSearch: search('principal', 'action', 'decision', 'since'),
  component: lazyRouteComponent(() => import('./pages/decisions/decisions-page.tsx'), 'DecisionsPage'),
})
const protection = createRoute({
  getParentRoute: () => root,
  path: '/protection',
  component: lazyRouteComponent(() => import('./pages/protection/overview-page.tsx'), 'ProtectionOverviewPage'),
})
const traffic = createRoute({
  getParentRoute: () => root,
  path: '/protection/traffic/{-$app}',
  validateSearch: search('span'),
  component: lazyRouteComponent(() => import('./pages/protection/traffic/traffic-page.tsx'), 'TrafficPage'),
})
const blocked = createRoute({
  getParentRoute: () => root,
  path: '/protection/blocked/{-$app}/{-$id}',
  validateSearch: search('view', 'mode', 'code', 'detector', 'operation', 'since'),
  component: lazyRouteComponent(() => import('./pages/protection/blocked/blocked-page.tsx'), 'BlockedPage'),
})
const cspReports = createRoute({
  getParentRoute: () => root,
  path: '/protection/csp/{-$app}',
  component: lazyRouteComponent(() => import('./pages/protection/csp/csp-page.tsx'), 'CspPage'),
})
const limits = createRoute({
  getParentRoute: () => root,
  path: '/protection/limits/{-$app}',
  component: lazyRouteComponent(() => import('./pages/protection/limits-page.tsx'), 'LimitsPage'),
})
const learned = createRoute({
  getParentRoute: () => root,
  path: '/protection/learned/{-$app}',
  component: lazyRouteComponent(() => import('./pages/protection/learned-page.tsx'), 'LearnedPage'),
})
const protectionSettings = createRoute({
  getParentRoute: () => root,
  path: '/protection/settings/{-$app}',
  validateSearch: search('part'),
  component: lazyRouteComponent(() => import('./pages/protection/settings/settings-page.tsx'), 'SettingsPage'),
})
const events = createRoute({
  getParentRoute: () => root,
  path: '/events/{-$id}',
  validateSearch: parseFilters,
  component: lazyRouteComponent(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
})
const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./pages/ledger/log-page.tsx'), 'LogPage'),
})
const retention = createRoute({
  getParentRoute: () => root,
  path: '/ledger/retention/{-$id}',
  component: lazyRouteComponent(() => import('./pages/ledger/retention-page.tsx'), 'RetentionPage'),
})
const holds = createRoute({
  getParentRoute: () => root,
  path: '/ledger/holds/{-$id}',
  component: lazyRouteComponent(() => import('./pages/ledger/holds-page.tsx'), 'HoldsPage'),
})
const erase = createRoute({
  getParentRoute: () => root,
  path: '/ledger/erase/{-$id}',
  component: lazyRouteComponent(() => import('./pages/ledger/erase-page.tsx'), 'ErasePage'),
})
const sinks = createRoute({
  getParentRoute: () => root,
  path: '/ledger/sinks/{-$id}',
  component: lazyRouteComponent(() => import('./pages/sinks/sinks-page.tsx'), 'SinksPage'),
})
const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  validateSearch: search('purpose'),
  component: lazyRouteComponent(() => import('./pages/keys/purposes-page.tsx'), 'PurposesPage'),
})
const dataKeys = createRoute({
  getParentRoute: () => root,
  path: '/keys/versions/{-$id}',
  validateSearch: search('purpose', 'subject', 'state', 'kind'),
  component: lazyRouteComponent(() => import('./pages/keys/versions-page.tsx'), 'VersionsPage'),
})
const wrapping = createRoute({
  getParentRoute: () => root,
  path: '/keys/wrapping',
  component: lazyRouteComponent(() => import('./pages/keys/wrapping-page.tsx'), 'WrappingPage'),
})
const seal = createRoute({
  getParentRoute: () => root,
  path: '/keys/seal',
  component: lazyRouteComponent(() => import('./pages/keys/seal-page.tsx'), 'SealPage'),
})
const controls = createRoute({
  getParentRoute: () => root,
  path: '/controls/{-$id}',
  component: lazyRouteComponent(() => import('./pages/controls/controls-page.tsx'), 'ControlsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    people,
    groups,
    services,
    invitations,
    sessions,
    applications,
    clients,
    resources,
    sessionLimits,
    applicationBranding,
    signIn,
    connections,
    provisioning,
    signingKeys,
    mail,
    branding,
    signInPolicy,
    tenants,
    permissions,
    policies,
    whoCan,
    grants,
    roles,
    entities,
    requests,
    shadow,
    decisions,
    protection,
    traffic,
    blocked,
    cspReports,
    limits,
    learned,
    protectionSettings,
    events,
    ledger,
    retention,
    holds,
    erase,
    sinks,
    keys,
    dataKeys,
    wrapping,
    seal,
    controls,
  ]),
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
