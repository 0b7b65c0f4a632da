import type { RawBuilder } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'
import type { Change, ChangesPage } from '../../platform/changes.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ModuleParts } from '../../platform/module.ts'
import type { Outcome } from '../../platform/outcome.ts'
import type { Decide, Uid } from '../../platform/ports.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx } from '../../platform/work.ts'
import type { Keyring } from '../keys/index.ts'

/** A transaction that is read from: of a request, of a unit of work, or of the system. */
export type Reading = Pick<Transaction, 'tenant' | 'kysely'>

/** A password that was checked and hashed, which is slow; what is left to do is to write it. */
export interface PreparedPassword {
  /** a PHC string, or bcrypt's notation */
  readonly hash: string
  /** made by another system */
  readonly imported: boolean
  /** whether it is long enough to be the only factor; null where only its hash is known */
  readonly sufficesAlone: boolean | null
  /** to be changed when its person signs in by it */
  readonly temporary?: boolean
}

/** Whose a password is to be: what an attacker knows, and what it is judged by. */
export interface PasswordAbout {
  readonly tenant: string
  readonly email: string
  readonly name: string
  /** their id, when they are there already: a sign-in that demands a second factor takes a shorter password */
  readonly person?: string
  /** one that an operator gives: whether it is to be changed at the first sign-in; the setting says it where this does not */
  readonly first?: { readonly temporary: boolean | undefined }
}

/** What the directory needs of others; wired in compose.ts. */
export interface DirectoryDeps {
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted' | 'blindIndex'>
  /** asked about `changeMembers` of each group that a change of a person or a service touches */
  readonly decide: Decide
  /**
   * Called in the transaction of whatever changes who is in which group: policies are decided on that. With `gateways` where a
   * service or one of its keys is gone, which they may still remember.
   */
  readonly hierarchyChanged: (tx: Tx, gateways?: 'gateways') => Promise<void>
  /** called when a person, a service or a group is removed, after its sessions and before `hierarchyChanged` */
  readonly principalGone: (tx: Tx, principal: Uid) => Promise<void>
  readonly passwords: {
    /** Checks and hashes; called before the transaction. */
    readonly prepare: (password: string, about: PasswordAbout) => Promise<Outcome<PreparedPassword>>
    /** A hash that another system made, of a password that only its person knows. Quick. */
    readonly imported: (hash: string) => Outcome<PreparedPassword>
    /** Writes it and records `password.set`. */
    readonly store: (tx: Tx, personId: string, prepared: PreparedPassword) => Promise<void>
    /** @returns those of the people who have a password */
    readonly holders: (tx: Reading, personIds: readonly string[]) => Promise<ReadonlySet<string>>
  }
  /** @returns those of the people who have a way to sign in: a password, a passkey, or an account at a provider that is connected */
  readonly canSignIn: (tx: Reading, personIds: readonly string[]) => Promise<ReadonlySet<string>>
  readonly sessions: {
    /** Ends every session of a person and records it. @returns how many sign-ins ended */
    readonly revokeAllOf: (tx: Tx, personId: string, reason: string) => Promise<number>
  }
  readonly applications: {
    readonly exists: (tx: Reading, application: string) => Promise<boolean>
  }
  /** Whether one of these has a role at Holdfast itself, now or later: whoever has may change who may do what. */
  readonly powerOf: (tx: Reading, principals: readonly Uid[]) => Promise<boolean>
  /** origin at which clients reach the control plane, without a slash at its end */
  readonly publicUrl: string
  /** The control plane's public keys, which an edge pins when it gets its key. */
  readonly trust: () => Promise<{ readonly keys: readonly object[] }>
}

export type PersonState = 'active' | 'disabled'

/** A person without what is personal. */
export interface PersonAccount {
  readonly id: string
  readonly tenant: string
  readonly state: PersonState
}

export interface PersonRecord extends PersonAccount {
  readonly email: string
  readonly name: string
}

/** A person who comes by way of something that stands for a permission: the set-up, an invitation, an upstream provider. */
export interface NewAccount {
  /** made when not said: whoever registers a passkey must have one before */
  readonly id?: string
  readonly email: string
  readonly name: string
  /** whoever gives them has been asked about */
  readonly groups: readonly string[]
  readonly emailVerifiedAt?: Date | null
}

export interface ServiceRecord {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly application: string | null
}

/** A service that has presented one of its keys. */
export interface PresentedService extends ServiceRecord {
  /** direct and indirect, in order */
  readonly groups: readonly string[]
}

/** Somebody who signs in just now. */
export interface SignedIn {
  readonly name: string
  /** in which they are, directly or not */
  readonly groups: readonly string[]
}

export interface ActivePrincipal {
  readonly tenant: string
  readonly name: string
  /** null for a service */
  readonly email: string | null
  /** the one that a service is bound to */
  readonly application: string | null
  /** direct and indirect, in order */
  readonly groups: readonly string[]
}

export interface Standing {
  readonly uid: Uid
  /** the one that a service is bound to */
  readonly application: string | null
  /** direct and indirect, in order */
  readonly groups: readonly string[]
}

/** A principal or a group as bundles name it: a uid and its direct groups, no personal data. */
export interface PrincipalEntity {
  readonly uid: Uid
  readonly parents: readonly Uid[]
  /** the one that a service is bound to */
  readonly application: string | null
}

export interface UpstreamAccount {
  /** undefined: stays */
  readonly name?: string | undefined
  /** the groups that the provider decides about, and those of them that it gives */
  readonly groups: { readonly decided: readonly string[]; readonly given: readonly string[] }
}

export interface Directory {
  readonly parts: ModuleParts
  /** Creates the groups that exist from the start. May be repeated. */
  provisionTenant(tx: Tx): Promise<void>
  /**
   * Everybody whom a policy may name, with their direct groups: active people, services, groups.
   * @param at as it was then; now, when not said
   */
  principalsOf(tx: Reading, at?: Date): Promise<readonly PrincipalEntity[]>
  /** @returns the groups of which it is a direct or an indirect member, in order; undefined: unknown, or disabled */
  groupsOf(tx: Reading, principal: Uid): Promise<readonly string[] | undefined>
  /** The same of many people at once. @returns nothing of who is unknown, or disabled */
  groupsOfPeople(tx: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Where people, services and groups stand, active or not, known or not: for policies about them as resources. */
  standingsOf(tx: Reading, uids: readonly Uid[]): Promise<readonly Standing[]>
  /** Who may act: an active person or a service, with all groups. null: unknown, or disabled. */
  principal(tx: Reading, principal: Uid): Promise<ActivePrincipal | null>
  /** Which of these ids are people of the tenant. */
  peopleAmong(tx: Reading, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** For the overview. */
  countPeople(tx: Reading): Promise<{ readonly total: number; readonly active: number; readonly disabled: number }>
  /** How many machine accounts are bound to an application. */
  countServicesOf(tx: Reading, application: string): Promise<number>
  /** The names of those of them who are people or services, by id. */
  namesOf(tx: Reading, uids: readonly Uid[]): Promise<ReadonlyMap<string, string>>
  /** What changed about somebody, the newest first: memberships, nesting, whether they may act. */
  historyOf(tx: Reading, uid: Uid, page: ChangesPage): Promise<readonly Change[]>
  /** Whether there is such a person (disabled or not), service or group. */
  knows(tx: Reading, uid: Uid): Promise<boolean>
  person(tx: Reading, id: string): Promise<PersonRecord | null>
  people(tx: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, PersonRecord>>
  /** @param email as a person typed it */
  personByEmail(tx: Reading, email: string): Promise<PersonAccount | null>
  /** The same, as a part of another statement: one row of id, tenant and state, or none. */
  whoHas(tx: Reading, email: string): Promise<RawBuilder<PersonAccount>>
  /** Locks the person, who stays as they are until the transaction ends. @returns null when they may not sign in (any more) */
  signingIn(tx: Tx, personId: string): Promise<SignedIn | null>
  /** Writes down when a person signed in: after what they showed was accepted. */
  recordSignIn(tx: Tx, personId: string, at: Date): Promise<void>
  /** Adds a person to `admins`, for the set-up. Records it. */
  enrolOperator(tx: Tx, person: { readonly email: string; readonly name: string }): Promise<Outcome<PersonRecord>>
  /** Adds a person whom something else than the caller's right permits. Records it. @returns `email_taken`, `groups_unknown` */
  addAccount(tx: Tx, account: NewAccount): Promise<Outcome<PersonRecord>>
  /** Many at once, in order: edges are told once. */
  addAccounts(tx: Tx, accounts: readonly NewAccount[]): Promise<readonly Outcome<PersonRecord>[]>
  /** when the person showed that the address is theirs; null: never, or nobody */
  emailVerifiedAt(tx: Reading, personId: string): Promise<Date | null>
  /** Records it. */
  verifyEmail(tx: Tx, personId: string): Promise<void>
  /** To an address that the person has shown to be theirs. Records it. @returns `email_taken` */
  changeEmail(tx: Tx, personId: string, email: string): Promise<Outcome<true>>
  /** Records it. @returns `person_provisioned` where a provisioning service keeps it */
  changeName(tx: Tx, personId: string, name: string): Promise<Outcome<true>>
  /** Takes over what an upstream provider says: the name, and who is in which of the groups that it decides. Records what changed. */
  followUpstream(tx: Tx, personId: string, said: UpstreamAccount): Promise<void>
  /** Those of the people who came by SCIM, with the machine account that keeps them; null: nobody does now. */
  provisionedBy(
    tx: Reading,
    personIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly service: string | null }>>
  /** Whether an active person in `admins` can sign in. */
  hasOperator(tx: Reading): Promise<boolean>
  /** active people in `admins`, directly or not */
  operators(tx: Reading): Promise<readonly string[]>
  /**
   * Makes a change to how people sign in (rows only, no events), unless it takes the last operator's last way away. First in
   * its transaction: it locks the hierarchy.
   * @returns false when it was taken back: refuse with `last_operator`
   */
  unlessLastOperator(tx: Tx, change: () => Promise<void>): Promise<boolean>
  service(tx: Reading, id: string): Promise<ServiceRecord | null>
  /** @returns the service whose key this is; writes down the use, once a minute at most */
  serviceOfKey(tx: Reading, key: string): Promise<PresentedService | null>
  /** A machine account without keys in a group of its own, both of this name. Records it. */
  addOwnService(tx: Tx, name: string): Promise<ServiceRecord>
  /** The service as which an OAuth client acts by itself; after `lockHierarchy`. Records it. */
  addBoundService(
    tx: Tx,
    service: { readonly name: string; readonly application: string; readonly client: string },
  ): Promise<ServiceRecord>
  /** Before the epoch and applications: whoever adds or removes principals in a transaction that changes those too. */
  lockHierarchy(tx: Tx): Promise<void>
  /** Ends a machine account, without asking. Records it. */
  removeService(tx: Tx, id: string): Promise<void>
}
