import type { Acr } from '../../platform/assurance.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Foreign } from '../../platform/http/foreign.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { ModuleParts } from '../../platform/module.ts'
import type { Authenticate, RecordEvents, Uid, Visit, WorkContext } from '../../platform/ports.ts'
import type { Places } from '../../platform/places.ts'
import type { Random } from '../../platform/random.ts'
import type { Outcome } from '../../platform/outcome.ts'
import type { Read, Tx, UnitOfWork, Work } from '../../platform/work.ts'
import type { Directory } from '../directory/index.ts'
import type { Keyring } from '../keys/index.ts'
import type Provider from 'oidc-provider'
import type { ClientStore, ClientTools } from './clients/index.ts'
import type { OauthConfig } from './config.ts'
import type { ConnectedClient } from './consent/connected.ts'
import type { PublicTokenJwk, SigningKeys } from './keys/index.ts'
import type { Staying } from './store/grants.ts'

export type Reading = Pick<Transaction, 'tenant' | 'kysely'>

/** A sign-in, as its browser showed it or as it stands. */
export interface BrowserSession {
  readonly id: string
  readonly tenant: string
  readonly person: string
  readonly acr: Acr
  readonly amr: readonly string[]
  readonly authenticatedAt: Date
  /** when each factor was shown, in milliseconds since 1970 */
  readonly proofs: Readonly<Partial<Record<string, number>>>
  readonly expiresAt: Date
  readonly demanded: Acr
  /** more is demanded of it than it has shown: it stands for nobody */
  readonly pending: boolean
}

/** What OAuth needs of others; wired in compose.ts. */
export interface OauthDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted' | 'blindIndex' | 'installation'>
  readonly units: UnitOfWork
  readonly jobs: Jobs
  /** clients of a tenant that is suspended are none */
  readonly isOpen: (tenant: string) => Promise<boolean>
  readonly directory: Pick<Directory, 'principal' | 'person' | 'emailVerifiedAt' | 'groupsOfPeople'>
  /** the roles that a person has in an application */
  readonly rolesOf: (
    tx: Reading,
    application: string,
    person: string,
    groups: readonly string[],
  ) => Promise<readonly string[]>
  readonly sessions: {
    /** The sign-in of a browser, by our one session cookie. */
    browserSession(headers: Headers, tenant?: string): Promise<BrowserSession | null>
    /** @returns null when it has ended */
    signIn(tx: Reading, id: string): Promise<BrowserSession | null>
    /** Many at once. @param groupsOf of their people; whoever is not in it is disabled */
    signIns(
      tx: Reading,
      ids: readonly string[],
      groupsOf: ReadonlyMap<string, readonly string[]>,
    ): Promise<ReadonlyMap<string, BrowserSession>>
    /** `holdSignIn` of many, which waits for nobody. @returns those that are held */
    holdSignIns(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>>
    /** Keeps it from ending before this transaction does. @returns false when it has ended */
    holdSignIn(tx: Tx, id: string): Promise<boolean>
    /** Ends it, because its person wants to. @returns how many sessions ended */
    signOut(tx: Tx, id: string, reason: string): Promise<number>
    /** Tells the edges of ids that hold no longer. Locks the epoch: the last thing that a transaction does. */
    tellRevoked(tx: Tx, ids: readonly string[]): Promise<void>
  }
  /** the epoch of an application, for the tokens that are for it */
  readonly epochOf: (tenant: string, application: string) => Promise<number>
  /** for requests that share a transaction */
  readonly recordEvents: RecordEvents
  /** what registering clients takes */
  readonly clientTools: ClientTools
  /** where the pages of a tenant are */
  readonly places: Pick<Places, 'homeOf'>
  /** how a tenant is named in addresses; null for the first one, which needs no name */
  readonly slugOf: (tenant: string) => Promise<string | null>
  /** What every tenant's edges must hear of: the keys that sign tokens are the installation's. Locks epochs, so it comes last */
  readonly everyEdgeChanged: (tx: Tx) => Promise<void>
  /** in which the installation's own events are recorded */
  readonly tenant: string
  readonly config: OauthConfig
  /** the issuer, too: an origin without a slash at its end */
  readonly publicUrl: string
  readonly development: boolean
  readonly onError: (error: unknown, about: string) => void
}

export interface Oauth {
  readonly parts: ModuleParts
  readonly clients: ClientStore
  readonly signingKeys: SigningKeys
  /** what oidc-provider answers by itself */
  readonly foreign: Foreign
  /** What edges verify tokens with: next, current and retired keys. */
  publicKeys(tx: Reading): Promise<readonly PublicTokenJwk[]>
  /** The audiences of an application, the default one first. */
  identifiersOf(tx: Reading, application: string): Promise<readonly string[]>
  /** Ends every grant and token of the tenant. */
  everythingEnded(tx: Tx, reason: string): Promise<void>
  /** Whose request or client a visit leads to. */
  tenantOfVisit(visit: Visit): Promise<string | undefined>
  /** Loads keys and secrets; once, before the first request. @param tenant whose keys make what replicas share */
  prepare(tenant: string): Promise<void>
  /** Enqueues what recurs; call once the jobs' handlers are started. */
  start(): Promise<void>
  stop(): void
  /**
   * Kills what hangs on these sign-ins, in their transaction and before the edges are told of them.
   * @param given with what was given in them and would outlive them: offline access
   */
  sessionsEnded(tx: Tx, sessions: readonly string[], reason: string, given?: boolean): Promise<void>
  /** Kills everything of a person, offline access too. @param person null: of everybody @param except what stays */
  personEnded(tx: Tx, person: string | null, reason: string, except?: Staying): Promise<void>
  /** The clients that act for a person, or may without asking again. */
  connectedTo(tx: Reading, person: string, now: Date): Promise<readonly ConnectedClient[]>
  /** Takes back what a person allowed a client, and ends all its access. @returns `consent_unknown` */
  withdraw(work: Work, person: string, client: string): Promise<Outcome<{ grants: number }>>
  /** Kills everything of a client. */
  clientEnded(tx: Tx, client: string, reason: string): Promise<void>
  /** Somebody was removed: a service gets no tokens any more, and those that it has end. Before the epoch is taken. */
  principalGone(tx: Tx, principal: Uid): Promise<void>
  /** Knows access tokens of services, for this API; asks another about everything else. */
  authenticate(otherwise: Authenticate): Authenticate
  /**
   * Runs oidc-provider's models inside one unit of work.
   * @returns undefined where what was read is over by now, as a client that was changed meanwhile: nothing was written but the refusal
   */
  withModels<T>(
    context: WorkContext,
    run: (provider: Provider, tx: Tx) => Promise<T>,
  ): Promise<{ readonly result: T } | undefined>
  /** Where a sign-in goes on to, for its page. */
  destinationOf(read: Read, returnTo: string): Promise<Destination | undefined>
}

export interface Destination {
  readonly name: string
  /** for the page's CSP: forms may be redirected there */
  readonly origins: readonly string[]
  readonly application: string
}
