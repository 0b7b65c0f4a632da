import { prepareBootstrap } from './bootstrap/prepare.ts'
import { isOnlyThemselves } from './account/front-door.ts'
import { createBranding } from './branding/branded.ts'
import { brandingControls } from './branding/controls.ts'
import { brandingRoutes } from './branding/routes.ts'
import { findBrand, removeBrand } from './branding/store.ts'
import { signinControls } from './controls.ts'
import { createJoining } from './federation/create.ts'
import { exchange } from './handoff/exchange.ts'
import { handoffRoutes } from './handoff/routes.ts'
import { signOutHost } from './handoff/sign-out.ts'
import { mfaControls } from './mfa/controls.ts'
import { relatedOrigins } from './mfa/passkeys/related-origins.ts'
import { createSecondFactors } from './mfa/create.ts'
import { enrolFactorRoutes } from './mfa/enrol-routes.ts'
import { factorRoutes } from './mfa/routes.ts'
import { createAssets } from './pages/assets.ts'
import { pageRefusal } from './pages/refused-by-platform.ts'
import { passwordControls } from './passwords/controls.ts'
import { createKnownBreaches } from './passwords/breach/known.ts'
import { createDecoys } from './passwords/decoys.ts'
import { createHasher } from './passwords/hasher.ts'
import { createPasswords } from './passwords/passwords.ts'
import { passwordPageRoutes } from './passwords/page-routes.ts'
import { passwordRoutes } from './passwords/routes.ts'
import { enrolRoutes } from './routes/enrol.ts'
import { passkeyRoutes } from './routes/passkey.ts'
import { verifyRoutes } from './routes/verify.ts'
import { apiRoutes } from './routes/api.ts'
import { setupRoutes } from './routes/setup.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { createAuthenticate } from './sessions/authenticate.ts'
import { browserSession, signInOf, signInsOf } from './sessions/browser.ts'
import { sessionControls } from './sessions/controls.ts'
import { endAllOf, endEach, endTree } from './sessions/end.ts'
import { createExpire } from './sessions/expire.ts'
import { introspect } from './sessions/introspect.ts'
import { createLifetime } from './sessions/lifetime.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { limitsAt } from './sessions/start.ts'
import { createPolicies } from './policy/policies.ts'
import { policyRoutes } from './policy/routes.ts'
import { createColumns } from './store/columns.ts'
import { removeLimits } from './store/limits.ts'
import { feedEnd, insertRevocations, selectRevocations } from './store/revocations.ts'
import { everyLiveSignIn } from './store/session-lists.ts'
import { countLiveSignIns, holdSession, holdSessions } from './store/sessions.ts'
import { ableToSignIn } from './store/ways-in.ts'
import { tenantOfLink } from './tenant-of-link.ts'
import type { Signin, SigninDeps } from './types.ts'

export { BreachFileError, buildBreachFilter } from './passwords/breach/build.ts'
export type { AskingForOwn } from './account/parts.ts'
export { signinConfig, type SigninConfig } from './config.ts'
export { manifest } from './manifest.ts'
export { relyingParty } from './mfa/passkeys/relying-party.ts'
export { page, pageDocument } from './pages/layout.ts'
export { noCookie } from './sessions/lifetime.ts'
export type { BrowserSession } from './sessions/browser.ts'
export type { Limits } from './sessions/presets.ts'
export type {
  Bootstrap,
  BootstrapOptions,
  Exchange,
  Exchanged,
  GuardedApplication,
  Installation,
  Introspection,
  Revocations,
  Signin,
  SigninDeps,
} from './types.ts'

const expireJob = 'sessions.expire'

/** Passwords, sessions, the pages to sign in at, hand-offs to guarded hosts, and the first set-up. */
export function createSignin(wired: Omit<SigninDeps, 'policies'>): Signin {
  const policies = createPolicies({ ...wired, now: () => performance.now() })
  const given: SigninDeps = { ...wired, policies }
  const { clock, config, database, jobs } = given
  const lifetime = createLifetime(config)
  const hasher = createHasher(config)
  const columns = createColumns(given.keys)
  const breach = createKnownBreaches(config.passwords.breachFilter)
  const decoys = createDecoys({ hasher, clock, columns })
  const passwords = createPasswords({ ...given, hasher, columns, breach })
  const second = createSecondFactors(given)
  const deps = { ...given, ...second, lifetime, hasher, passwords, columns, breach, decoys }
  const joining = createJoining(deps)
  return {
    parts: {
      routes: [
        ...signInRoutes(deps),
        ...joining.routes,
        ...passkeyRoutes(deps),
        ...verifyRoutes(deps),
        ...enrolRoutes(deps),
        ...factorRoutes(deps),
        ...enrolFactorRoutes(deps),
        ...handoffRoutes(deps),
        ...setupRoutes(deps),
        ...apiRoutes(deps),
        ...passwordRoutes(deps),
        ...passwordPageRoutes(deps),
        ...sessionRoutes(deps),
        ...policyRoutes(deps),
        ...brandingRoutes(deps),
      ],
      controls: [
        ...signinControls,
        ...brandingControls,
        ...mfaControls(config),
        ...passwordControls(deps),
        ...sessionControls(lifetime, config),
        ...joining.controls,
      ],
      jobs: { [expireJob]: createExpire(deps), ...joining.jobs },
    },
    refusal: pageRefusal,
    assets: { ...createAssets(), ...relatedOrigins(second.relyingParty, config.passkeys) },
    branding: createBranding(given),
    brandOf: async (tx) => (await findBrand(tx, null)) ?? { name: null, accent: null },
    authenticate: createAuthenticate(deps),
    passwords,
    canSignIn: async (tx, personIds) => ableToSignIn(tx, personIds, await policies.of(tx)),
    sessions: {
      revokeAllOf: (tx, person, reason) =>
        endAllOf(tx, deps, person, { kind: 'session.revoked', reason, now: clock.now() }),
    },
    introspect: (asked) => introspect(deps, asked),
    exchange: (work, asked) => exchange(work, deps, asked),
    signOutHost: (work, asked) => signOutHost(work, deps, asked),
    feedEnd: (tx) => feedEnd(tx),
    revokedSince: (tx, cursor) => selectRevocations(tx, cursor, clock.now()),
    inviteOperator: joining.inviteOperator,
    async applicationGone(tx, application) {
      await removeBrand(tx, application)
      await removeLimits(tx, application)
    },
    async endEverything(tx, reason) {
      const roots = await everyLiveSignIn(tx, null)
      await endEach(tx, deps, [{ roots, kind: 'session.revoked', reason, now: clock.now() }])
    },
    tenantOfLink: (visit) => tenantOfLink(deps, visit),
    browserSession: (headers, tenant) => browserSession(deps, headers, clock.now(), tenant),
    async isOnlyThemselves(headers) {
      const visit = await given.tenantOfVisit({ path: '/', headers, fields: {} })
      return isOnlyThemselves(deps, headers, clock.now(), typeof visit === 'object' ? visit?.tenant : undefined)
    },
    signIn: (tx, id) => signInOf(tx, deps, id, clock.now()),
    signIns: (tx, ids, groupsOf) => signInsOf(tx, deps, ids, { groupsOf, now: clock.now() }),
    holdSignIns: (tx, ids) => holdSessions(tx, ids),
    holdSignIn: async (tx, id) => (await holdSession(tx, id)) !== null,
    signOut: (tx, id, reason) => endTree(tx, deps, id, { kind: 'session.ended', reason, now: clock.now() }),
    limitsAt: (tx, application) => limitsAt(tx, deps, application),
    tellEdges: (tx, revoked) => insertRevocations(tx, revoked, clock.now()),
    counters: lifetime.counters,
    countSessions: (tx) => countLiveSignIns(tx, clock.now()),
    prepareBootstrap: (options) => prepareBootstrap(deps, options),
    async provisionTenant(tx) {
      await columns.index(tx)
    },
    async start() {
      // A breach filter that cannot be opened stops the start: every new password would be refused otherwise, and nobody know why.
      await breach.filter()
      await database.asSystem(async (tx) => {
        for (const kind of [expireJob, ...joining.recurring]) {
          await jobs.enqueue(tx, { kind, key: 'only', recurring: true })
        }
      })
    },
  }
}
