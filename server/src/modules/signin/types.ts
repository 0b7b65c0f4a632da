import type { Acr } from '../../platform/assurance.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { RefusalForm } from '../../platform/http/route.ts'
import type { ModuleParts } from '../../platform/module.ts'
import type { Outcome } from '../../platform/outcome.ts'
import type { Authenticate, Decide, TenantOfVisit, Uid, Visit } from '../../platform/ports.ts'
import type { Places } from '../../platform/places.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx, UnitOfWork, Work } from '../../platform/work.ts'
import type { Directory, DirectoryDeps, Reading } from '../directory/index.ts'
import type { Keyring } from '../keys/index.ts'
import type { SendMail } from '../mail/index.ts'
import type { HeldElsewhere } from './account/parts.ts'
import type { Branding } from './branding/branded.ts'
import type { SigninConfig } from './config.ts'
import type { LinkDeps } from './tenant-of-link.ts'
import type { Policies } from './policy/policies.ts'
import type { DestinationOf } from './flow/destination.ts'
import type { FirstOperator } from './invitations/first.ts'
import type { BrowserSession } from './sessions/browser.ts'
import type { SessionCounters } from './sessions/counters.ts'
import type { Limits } from './sessions/presets.ts'
import type { Revoked } from './store/revocations.ts'
import type { Staying } from './sessions/end.ts'

/** What sign-in needs of others; wired in compose.ts. */
export interface SigninDeps {
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted' | 'blindIndex'>
  readonly database: Database
  readonly units: UnitOfWork
  readonly jobs: Jobs
  readonly directory: Directory
  readonly mail: SendMail
  readonly decide: Decide
  /** Whose grants and tokens end with sessions and people, in the transaction in which those do. */
  readonly oauth: {
    /** @param given with the grants that were given in these sessions and would outlive them */
    readonly sessionsEnded: (tx: Tx, ids: readonly string[], reason: string, given?: boolean) => Promise<void>
    /** grants that outlive sessions too; null: of everybody */
    readonly personEnded: (tx: Tx, person: string | null, reason: string, except?: Staying) => Promise<void>
  }
  /** the tenant of whoever is not signed in yet */
  readonly defaultTenant: () => Promise<string>
  /** whom a visit is for, where something says it */
  readonly tenantOfVisit: TenantOfVisit
  /** at which origins the pages of tenants are */
  readonly places: Places
  /** how a tenant is named in addresses; null for the first one, which needs no name */
  readonly slugOf: (tenant: string) => Promise<string | null>
  readonly applications: LinkDeps['applications'] & {
    readonly find: (tx: Reading, slug: string) => Promise<GuardedApplication | null>
    /** ids and names of all: words that a password must not be made of */
    readonly names: (tx: Reading) => Promise<readonly string[]>
  }
  /** what others hold on a person, for their account */
  readonly elsewhere: HeldElsewhere
  /** how people sign in to each tenant */
  readonly policies: Policies
  /** whose pages people may come from, besides the guarded hosts */
  readonly destinations: readonly DestinationOf[]
  readonly config: SigninConfig
  readonly installation: Installation
  /** the actions on the installation that `/me` answers for */
  readonly actions: readonly string[]
  /** the actions on an application that `/me/applications/:app` answers for */
  readonly applicationActions: readonly string[]
}

export interface GuardedApplication {
  readonly id: string
  readonly name: string
  /** `host` or `host:port`, as in the Host header */
  readonly hosts: readonly string[]
}

export interface Installation {
  readonly name: string
  readonly version: string
  /** origin at which browsers reach the control plane, without a slash at its end */
  readonly publicUrl: string
  readonly development: boolean
}

/** `POST /api/v1/edge/introspect`; times are seconds since 1970. */
export type Introspection =
  | {
      readonly active: true
      readonly principal: Uid
      readonly session: string | null
      /** what was shown (RFC 8176), what it is worth, and since when all of it; null and empty for a service */
      readonly acr: Acr | null
      readonly amr: readonly string[]
      readonly authTime: number | null
      readonly expiresAt: number
    }
  | {
      readonly active: false
      readonly reason: string
      /** with `insufficient_user_authentication`: what the session must show */
      readonly acr?: Acr
    }

export interface Exchange {
  readonly code: string
  /** PKCE, RFC 7636 */
  readonly verifier: string
  readonly redirectUri: string
  /** the application that the asking service is bound to; null for a gateway, which serves all */
  readonly application: string | null
}

/** `POST /api/v1/edge/exchange`; expiresAt in seconds since 1970. */
export interface Exchanged {
  readonly session: string
  readonly expiresAt: number
  readonly returnTo: string
}

export interface Revocations {
  /** to pass the next time */
  readonly cursor: number
  /** with `acr`: it goes on, but must show as much from now on */
  readonly revoked: readonly { readonly session: string; readonly application: string | null; readonly acr?: Acr }[]
  /** whether there are more behind the cursor: an answer names so many at most */
  readonly more: boolean
}

/** Where the feed of revocations ends. */
export interface FeedEnd {
  /** place of the newest that is kept; whoever is there has all */
  readonly newest: number
  /** no place further than this was ever given: a cursor beyond it is from before a restored backup */
  readonly last: number
}

export interface BootstrapOptions {
  readonly tenant: string
  /** where `bootstrap.json` lies */
  readonly dataDir: string
  /** HOLDFAST_BOOTSTRAP_TOKEN; made when absent */
  readonly token?: string | undefined
}

export interface Bootstrap {
  /** null when an operator has enrolled, or when another replica holds the secrets */
  readonly pending: { readonly setupUrl: string; readonly expiresAt: Date; readonly file: string } | null
  /** Stops to watch for the end of the set-up. */
  stop(): void
}

export interface Signin {
  readonly parts: ModuleParts
  /** what is served outside of the routes: the pages' style sheet */
  /** Makes the key by which addresses are recognised: a first sign-in only reads. May be repeated. */
  provisionTenant(tx: Tx): Promise<void>
  /** how a browser is told what nobody answers */
  readonly refusal: RefusalForm
  readonly assets: Readonly<Record<string, (request: Request) => Response>>
  /** gives pages their look */
  readonly branding: Branding
  /** how the pages of the tenant look: for its letters */
  brandOf(tx: Reading): Promise<{ readonly name: string | null; readonly accent: string | null }>
  readonly authenticate: Authenticate
  /** the ports of the directory */
  readonly passwords: DirectoryDeps['passwords']
  readonly canSignIn: DirectoryDeps['canSignIn']
  readonly sessions: DirectoryDeps['sessions']
  /**
   * Whether a credential that an edge was shown holds: the host session of that application, or a service key.
   * Writes down the use, once a minute at most.
   */
  introspect(asked: { tenant: string; credential: string; application: string }): Promise<Introspection>
  /** Makes a host session of a one-time code. Records it either way. */
  exchange(work: Work, asked: Exchange): Promise<Outcome<Exchanged>>
  /** Ends the whole sign-in of a host session. @returns `ended: false` when there was none to end */
  signOutHost(work: Work, asked: { session: string; application: string | null }): Promise<Outcome<{ ended: boolean }>>
  /**
   * What was revoked after the cursor, 1000 at most; the last two minutes for the cursor 0. Channel `holdfast_edge` is
   * notified of each.
   */
  /** where the feed ends now */
  feedEnd(tx: Reading): Promise<FeedEnd>
  revokedSince(tx: Reading, cursor: number): Promise<Revocations>
  /** Invites somebody to be an operator of the tenant, from without it. */
  inviteOperator(tx: Tx, asked: FirstOperator): Promise<{ readonly link: string; readonly expiresAt: Date }>
  /** An application goes, with how its pages look and how long sessions there last. */
  applicationGone(tx: Tx, application: string): Promise<void>
  /** Ends every session of everybody. */
  endEverything(tx: Tx, reason: string): Promise<void>
  /** Whose one-time link, visit to a provider, or hand-off it is. */
  tenantOfLink(visit: Visit): Promise<string | undefined>
  /** The sign-in of a browser, also one that is not finished; for what leads through signing in. Not within `work`. */
  browserSession(headers: Headers, tenant?: string): Promise<BrowserSession | null>
  /** Whether whoever opens the console has nothing to do there but with their own account. Not within `work`. */
  isOnlyThemselves(headers: Headers): Promise<boolean>
  /** A live sign-in by its id, of a person who is not disabled. */
  signIn(tx: Reading, id: string): Promise<BrowserSession | null>
  /** Many at once. @param groupsOf of their people; whoever is not in it is disabled */
  signIns(
    tx: Reading,
    ids: readonly string[],
    groupsOf: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, BrowserSession>>
  /** `holdSignIn` of many, which waits for nobody. @returns those that are held */
  holdSignIns(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Ends a sign-in with all that hangs on it, because its person wants to. @returns how many sessions ended */
  signOut(tx: Tx, id: string, reason: string): Promise<number>
  /** Keeps a sign-in from ending before this transaction does. @returns false when it has ended */
  holdSignIn(tx: Tx, id: string): Promise<boolean>
  /** How long sessions at an application last. */
  limitsAt(tx: Reading, application: string): Promise<Limits>
  /** Writes into the feed what ended: access tokens, by their `jti`. */
  tellEdges(tx: Tx, revoked: readonly Revoked[]): Promise<void>
  readonly counters: Readonly<SessionCounters>
  /** For the overview: sign-ins that are live. */
  countSessions(tx: Reading): Promise<number>
  /** At every start, after the tenant was provisioned. */
  prepareBootstrap(options: BootstrapOptions): Promise<Bootstrap>
  /** Enqueues what recurs; call once the jobs' handlers are started. */
  start(): Promise<void>
}
