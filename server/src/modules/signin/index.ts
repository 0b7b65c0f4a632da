import { prepareBootstrap } from './bootstrap/prepare.ts'
import { signinControls } from './controls.ts'
import { exchange } from './handoff/exchange.ts'
import { signOutHost } from './handoff/sign-out.ts'
import { createAssets } from './pages/assets.ts'
import { createKnownBreaches } from './passwords/breach/known.ts'
import { createDecoys } from './passwords/decoys.ts'
import { createHasher } from './passwords/hasher.ts'
import { createPasswords } from './passwords/passwords.ts'
import { apiRoutes } from './routes/api.ts'
import { setupRoutes } from './routes/setup.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { createAuthenticate } from './sessions/authenticate.ts'
import { endAllOf } from './sessions/end.ts'
import { createExpire } from './sessions/expire.ts'
import { introspect } from './sessions/introspect.ts'
import { createLifetime } from './sessions/lifetime.ts'
import { createColumns } from './store/columns.ts'
import { feedEnd, selectRevocations } from './store/revocations.ts'
import { countLiveSignIns } from './store/sessions.ts'
import type { Signin, SigninDeps } from './types.ts'

export { signinConfig, type SigninConfig } from './config.ts'
export { manifest } from './manifest.ts'
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
export function createSignin(given: SigninDeps): Signin {
  const { clock, config, database, jobs } = given
  const lifetime = createLifetime(config)
  const hasher = createHasher(config)
  const columns = createColumns(given.keys)
  const breach = createKnownBreaches(config.passwords.breachFilter)
  const decoys = createDecoys({ hasher, clock, columns })
  const passwords = createPasswords({ ...given, hasher, columns, breach })
  const deps = { ...given, lifetime, hasher, passwords, columns, breach, decoys }
  return {
    parts: {
      routes: [...signInRoutes(deps), ...setupRoutes(deps), ...apiRoutes(deps)],
      controls: signinControls(columns),
      jobs: { [expireJob]: createExpire(deps) },
    },
    assets: createAssets(),
    authenticate: createAuthenticate(deps),
    passwords,
    sessions: {
      revokeAllOf: (tx, person, reason) => endAllOf(tx, person, { kind: 'session.revoked', reason, now: clock.now() }),
    },
    introspect: (asked) => introspect(deps, asked),
    exchange: (work, asked) => exchange(work, deps, asked),
    signOutHost: (work, asked) => signOutHost(work, deps, asked),
    feedEnd: (tx) => feedEnd(tx),
    revokedSince: (tx, cursor) => selectRevocations(tx, cursor, clock.now()),
    countSessions: (tx) => countLiveSignIns(tx, clock.now(), lifetime.seenSince(clock.now())),
    prepareBootstrap: (options) => prepareBootstrap(deps, options),
    async provisionTenant(tx) {
      await columns.index(tx)
    },
    start: () => database.asSystem((tx) => jobs.enqueue(tx, { kind: expireJob, key: 'only', recurring: true })),
  }
}
