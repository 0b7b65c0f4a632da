import { type Access, type ApplicationRow, createAccess } from './modules/access/index.ts'
import { type ComplianceConfig, createCompliance } from './modules/compliance/index.ts'
import { createDirectory, type Directory, emailKey } from './modules/directory/index.ts'
import {
  type ControlPlaneKey,
  createEdge,
  edgesSince,
  type Edge,
  type EdgeRow,
  loadSigningKey,
} from './modules/edge/index.ts'
import {
  createKeyring,
  createKeys,
  createRewrap,
  type KeysConfig,
  recordSealNews,
  type SealDesk,
  sealParts,
} from './modules/keys/index.ts'
import {
  createLedger,
  erasePerson,
  type Ledger,
  type LedgerConfig,
  removeTenantEvents,
  retentionJobs,
} from './modules/ledger/index.ts'
import { createMail, type MailConfig } from './modules/mail/index.ts'
import {
  applicationClients,
  type ClientTools,
  createOauth,
  type Oauth,
  type OauthConfig,
} from './modules/oauth/index.ts'
import { createProtection, protectionJobs } from './modules/protection/index.ts'
import { createSignin, type Signin, type SigninConfig } from './modules/signin/index.ts'
import { heldElsewhere } from './held-elsewhere.ts'
import { createTenants } from './modules/tenants/index.ts'
import { definitionOf, manifests } from './modules.ts'
import { applicationActions, installationActions } from './offered-actions.ts'
import { addSeconds, type Clock } from './platform/clock.ts'
import type { Control } from './platform/control.ts'
import type { Database, Transaction } from './platform/database/database.ts'
import type { Route } from './platform/http/route.ts'
import { contextIn, inEveryTenant } from './platform/every-tenant.ts'
import { createJobs, type JobHandler, type Jobs } from './platform/jobs/jobs.ts'
import type { Logger } from './platform/diagnostics/logger.ts'
import type { ModuleParts } from './platform/module.ts'
import type { Authenticate, AwaitEffect, Decide, TenantOfVisit } from './platform/ports.ts'
import { createPlaces } from './platform/places.ts'
import type { Random } from './platform/random.ts'
import { platformTables } from './platform/tables.ts'
import { createTenantRegistry, ensureDefaultTenant, selectTenants, type TenantRegistry } from './platform/tenants.ts'
import { tenancy } from './tenancy.ts'
import { createUnitOfWork, type Tx, type UnitOfWork } from './platform/work.ts'
import { product, version } from './version.ts'

export interface ComposeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** unsealed */
  readonly seal: SealDesk
  readonly logger: Logger
  readonly publicUrl: string
  readonly development: boolean
  /** a directory on the disk of the embedded database, whose space is watched */
  readonly disk?: string
  readonly config: {
    readonly keys: KeysConfig
    readonly signin: SigninConfig
    readonly oauth: OauthConfig
    readonly ledger: LedgerConfig
    readonly mail: MailConfig
    readonly compliance: ComplianceConfig
  }
}

export interface Composition {
  /** the first one, whose operators look after the installation */
  readonly tenant: string
  readonly tenants: TenantRegistry
  readonly tenantOfVisit: TenantOfVisit
  readonly authenticate: Authenticate
  readonly routes: readonly Route[]
  readonly controls: readonly Control[]
  provisionTenant(tx: Tx): Promise<void>
  readonly units: UnitOfWork
  readonly decide: Decide
  readonly awaitEffect: AwaitEffect
  readonly signin: Signin
  readonly oauth: Oauth
  readonly ledger: Ledger
  readonly jobs: Jobs
  /** Sign-ins that are live, of all tenants. */
  countSessions(): Promise<number>
  /** How often the glass was broken, for whoever watches from outside. */
  brokenGlass(): Promise<{ readonly times: number; readonly unreviewed: number }>
  /** Kinds of the jobs that the modules bring. */
  readonly jobKinds: readonly string[]
  /** Starts what runs behind the requests: the sequencer and the jobs. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Wires the parts, and brings the default tenant up to this version. Nothing is started yet. */
export async function compose(deps: ComposeDeps): Promise<Composition> {
  const { database, clock, random } = deps
  const tenant = await ensureDefaultTenant(database, random)
  // A keyring of its own, for this one key that the wiring needs already.
  const { installation } = createKeyring({ ...deps, root: deps.seal.keeper, config: deps.config.keys })
  const wired = wire(deps, tenant, await loadSigningKey(database, installation, clock))
  await wired.tenants.start()
  for (const { id } of await database.asSystem(selectTenants)) {
    await wired.units.work(contextIn(id), (tx) => wired.provisionTenant(tx))
  }
  await wired.oauth.prepare(tenant)
  return wired
}

/** The one place where parts are wired: by hand, constructor arguments. It touches nothing, so documents are made of it too. */
export function wire(deps: ComposeDeps, tenant: string, key: ControlPlaneKey): Composition {
  const { database, clock, random, seal, logger, publicUrl, config } = deps
  const defaultTenant = async () => tenant
  const tenants = createTenantRegistry(database)
  const places = createPlaces(tenants, publicUrl)
  const { decide, authenticate, slugOf, tenantOfVisit } = tenancy({
    tenants,
    first: tenant,
    decide: (caller, action, resource) => access.decide(caller, action, resource),
    authenticate: (presented, source) => oauth.authenticate(signin.authenticate)(presented, source),
    visits: [(visit) => signin.tenantOfLink(visit), (visit) => oauth.tenantOfVisit(visit)],
  })

  const personExists = async (tx: Tx, id: string) => (await directory.person(tx, id)) !== null
  const tables = Object.assign({}, platformTables, ...manifests.map((manifest) => manifest.tables))
  const keys = createKeys({
    database,
    root: seal.keeper,
    clock,
    random,
    config: config.keys,
    tenant,
    kept: ['ledger'],
    eraseSubject: (tx, subject) => erasePerson(tx, subject, clock.now(), { keys, personExists }),
    tables,
    units: () => units,
    jobs: () => jobs,
  })
  const ledger = createLedger({
    database,
    clock,
    random,
    keys,
    publicUrl,
    definitionOf,
    product,
    config: config.ledger,
    enqueue: (tx, job) => jobs.enqueue(tx, job),
    development: deps.development,
    ownKinds: new Set(manifests.flatMap(({ events }) => Object.keys(events))),
    personExists,
    // Who had a key was somebody here: what comes of them late is theirs too, and can be erased.
    peopleAmong: async (tx, ids) => {
      const former = await keys.subjectsAmong(
        tx,
        ids.map((id) => `Person/${id}`),
      )
      return new Set([...(await directory.peopleAmong(tx, ids)), ...ids.filter((id) => former.has(`Person/${id}`))])
    },
    onError: (error) => logger.error({ error }, 'the sequencer failed; it tries again'),
  })
  const units = createUnitOfWork(database, ledger.recordEvent)
  const jobs = createJobs({
    database,
    clock,
    random,
    onError: (error, job) =>
      logger.error({ error, job: job.kind, attempt: job.attempt }, 'a job failed; it is tried again'),
  })

  const mail = createMail({
    database,
    clock,
    random,
    keys,
    units: () => units,
    jobs: () => jobs,
    person: (tx, id) => directory.person(tx, id),
    sameAddress: emailKey,
    config: config.mail,
    homeOf: (of) => places.homeOf(of),
    brandOf: (tx) => signin.brandOf(tx),
    installation: 'Holdfast',
    publicUrl,
    development: deps.development,
  })

  // Applications are registered with their clients, whose services are in the directory: the calls come later, when all are there.
  const clientTools: ClientTools = {
    clock,
    random,
    directory: {
      addBoundService: (tx, service) => directory.addBoundService(tx, service),
      lockHierarchy: (tx) => directory.lockHierarchy(tx),
      removeService: (tx, id) => directory.removeService(tx, id),
      service: (tx, id) => directory.service(tx, id),
    },
    applications: {
      find: (tx, id) => access.application(tx, id),
      changed: (tx) => access.hierarchyChanged(tx, 'gateways'),
    },
    decide: (caller, action, resource) => access.decide(caller, action, resource),
    clientEnded: (tx, client, reason) => oauth.clientEnded(tx, client, reason),
  }

  const access: Access = createAccess({
    clients: applicationClients(clientTools),
    database,
    clock,
    random,
    principalsOf: (tx, at) => directory.principalsOf(tx, at),
    keys,
    ledger,
    units,
    onError: (error) => logger.error({ error }, 'a decision was not logged or compared'),
    publicUrl,
    isOwnHost: (host) => host === new URL(publicUrl).host || tenants.hosts().includes(host),
    knows: (tx, principal) => directory.knows(tx, principal),
    directoryHistory: (tx, uid, page) => directory.historyOf(tx, uid, page),
    namesOf: (tx, uids) => directory.namesOf(tx, uids),
    groupsOf: (tx, principal) => directory.groupsOf(tx, principal),
    standingsOf: (tx, uids) => directory.standingsOf(tx, uids),
    edgesOf: (tx) => edgesByApplication(tx),
    applicationGone: (tx, application) => signin.applicationGone(tx, application),
    boundServices: (tx, application) => directory.countServicesOf(tx, application),
  })

  const directory: Directory = createDirectory({
    clock,
    random,
    keys,
    decide,
    hierarchyChanged: (tx, gateways) => access.hierarchyChanged(tx, gateways),
    principalGone: async (tx, principal) => {
      await oauth.principalGone(tx, principal)
      await access.principalGone(tx, principal)
    },
    // Directory and sign-in need each other: the calls come later, when both are there.
    passwords: {
      prepare: (password, about) => signin.passwords.prepare(password, about),
      imported: (hash) => signin.passwords.imported(hash),
      store: (tx, personId, prepared) => signin.passwords.store(tx, personId, prepared),
      holders: (tx, personIds) => signin.passwords.holders(tx, personIds),
    },
    canSignIn: (tx, personIds) => signin.canSignIn(tx, personIds),
    sessions: { revokeAllOf: (tx, personId, reason) => signin.sessions.revokeAllOf(tx, personId, reason) },
    applications: {
      exists: async (tx, application) => (await access.application(tx, application)) !== undefined,
    },
    powerOf: (tx, principals) => access.powerOf(tx, principals),
    publicUrl,
    trust: async () => edge.trust(),
  })

  const signin: Signin = createSignin({
    clock,
    random,
    keys,
    database,
    units,
    jobs,
    directory,
    mail,
    decide,
    oauth: {
      sessionsEnded: (...ended) => oauth.sessionsEnded(...ended),
      personEnded: (...ended) => oauth.personEnded(...ended),
    },
    defaultTenant,
    tenantOfVisit,
    places,
    slugOf,
    applications: {
      ownerOfHost: (tx, host) => access.ownerOfHost(tx, host),
      find: async (tx, slug) => (await access.application(tx, slug)) ?? null,
      names: async (tx) => (await access.applications(tx)).flatMap(({ id, name }) => [id, name]),
    },
    elsewhere: {
      clients: (tx, person, now) => oauth.connectedTo(tx, person, now),
      withdraw: (work, person, client) => oauth.withdraw(work, person, client),
      all: (asking) => heldElsewhere({ access, ledger }, asking),
    },
    destinations: [(read, returnTo) => oauth.destinationOf(read, returnTo)],
    config: config.signin,
    installation: { name: 'Holdfast', version, publicUrl, development: deps.development },
    actions: installationActions,
    applicationActions,
  })

  const oauth: Oauth = createOauth({
    database,
    clock,
    random,
    keys,
    units,
    jobs,
    directory,
    sessions: {
      browserSession: (headers, of) => signin.browserSession(headers, of),
      signIn: (tx, id) => signin.signIn(tx, id),
      signIns: (tx, ids, groupsOf) => signin.signIns(tx, ids, groupsOf),
      holdSignIns: (tx, ids) => signin.holdSignIns(tx, ids),
      holdSignIn: (tx, id) => signin.holdSignIn(tx, id),
      signOut: (tx, id, reason) => signin.signOut(tx, id, reason),
      tellRevoked: (tx, ids) =>
        signin.tellEdges(
          tx,
          ids.map((id) => ({ id, application: null })),
        ),
    },
    epochOf: (of, application) =>
      database.asTenant(of, async (tx) => (await access.epochs(tx)).applications.get(application) ?? 0, 'read'),
    recordEvents: ledger.recordEvents,
    rolesOf: (tx, application, id, groups) => access.rolesOf(tx, application, { type: 'Person', id }, groups),
    clientTools,
    places,
    slugOf,
    // The keys that sign tokens are the installation's: every tenant's edges have them.
    everyEdgeChanged: (tx) => inEveryTenant(units, tx, (own) => access.hierarchyChanged(own, 'gateways')),
    isOpen: (id) => tenants.isOpen(id),
    tenant,
    config: config.oauth,
    publicUrl,
    development: deps.development,
    onError: (error, about) => logger.error({ error }, about),
  })

  const edge: Edge = createEdge({
    database,
    clock,
    random,
    key,
    publicUrl,
    access,
    sessions: signin,
    tokenKeys: (tx) => oauth.publicKeys(tx),
    resourcesOf: (tx, application) => oauth.identifiersOf(tx, application),
    principalsOf: (tx) => directory.principalsOf(tx),
    units,
    ingest: ledger.ingest,
  })

  async function provisionTenant(tx: Tx) {
    await mail.provisionTenant(tx)
    await directory.provisionTenant(tx)
    await signin.provisionTenant(tx)
    await access.provisionTenant(tx, clock.now())
  }

  const tenantParts = createTenants({
    clock,
    random,
    units,
    first: tenant,
    publicUrl,
    provisionTenant,
    inviteOperator: (tx, asked) => signin.inviteOperator(tx, asked),
    async endEverything(tx, reason) {
      await signin.endEverything(tx, reason)
      await oauth.everythingEnded(tx, reason)
    },
    destroyKeys: (tx, id) => keys.destroyTenant(tx, id),
    removeEvents: removeTenantEvents,
    jobs: () => jobs,
    database,
    tables,
    isApplicationHost: async (tx, host) => (await access.ownerOfHost(tx, host)) !== undefined,
  })

  const onSealError = (error: unknown) => logger.error({ error }, 'the unsealing was not recorded yet')
  let forgetNews = () => {}

  const sealing = sealParts({ database, desk: seal, rewrap: createRewrap(random) })
  const parts: readonly ModuleParts[] = [
    keys,
    sealing,
    ledger,
    mail,
    directory.parts,
    signin.parts,
    oauth.parts,
    access,
    edge,
    createProtection({ database, keys, access, ledger }),
    tenantParts,
  ]
  const compliance = createCompliance({
    database,
    config: config.compliance,
    clock,
    controls: parts.flatMap((part) => part.controls),
    tables,
    onError: (error) => logger.error({ error }, 'a control could not be checked'),
    first: tenant,
    countPeople: (tx) => directory.countPeople(tx),
    countSessions: (tx) => signin.countSessions(tx),
    countEvents: (tx, now) => ledger.countEvents(tx, now),
    applications: (tx) => applicationsOverview(tx),
  })
  const all = [...parts, compliance]

  async function edgesByApplication(tx: Transaction) {
    const rows = await edgesSince(tx, addSeconds(clock.now(), -600))
    const names = new Map<string, string>()
    for (const { service_id: id } of rows) names.set(id, (await directory.service(tx, id))?.name ?? id)
    const applications = await access.applications(tx)
    const { gateway } = await access.epochs(tx)
    // A gateway serves every application that it can forward to. Its own epoch counts the changes of routing alone.
    const serves = (row: EdgeRow, { id, hosts }: ApplicationRow) =>
      row.application_id === id || (row.application_id === null && hosts.length > 0)
    return new Map(
      applications.map((application) => [
        application.id,
        rows
          .filter((row) => serves(row, application))
          .map((row) => ({
            service: names.get(row.service_id) ?? row.service_id,
            kind: row.kind,
            lastSeenAt: row.last_seen_at.toISOString(),
            epoch: row.epoch,
            upToDate: row.epoch === (row.kind === 'gateway' ? gateway : application.epoch),
          })),
      ]),
    )
  }

  async function applicationsOverview(tx: Transaction) {
    const edges = await edgesByApplication(tx)
    return (await access.applications(tx)).map(({ id, name, epoch }) => {
      const own = edges.get(id) ?? []
      const lastSeenAt =
        own
          .map((edge) => edge.lastSeenAt)
          .toSorted()
          .at(-1) ?? null
      return { id, name, epoch, edges: own.length, lastSeenAt }
    })
  }

  const handlers: Record<string, JobHandler> = Object.assign({}, ...all.map((part) => part.jobs))

  return {
    tenant,
    tenants,
    tenantOfVisit,
    authenticate,
    routes: signin.branding.routes(all.flatMap((part) => part.routes)),
    controls: all.flatMap((part) => part.controls),
    provisionTenant,
    units,
    decide,
    awaitEffect: edge.awaitEffect,
    signin,
    oauth,
    ledger,
    jobs,
    countSessions: () => database.asSystem((tx) => signin.countSessions(tx)),
    brokenGlass: () => database.asSystem((tx) => access.brokenGlass(tx)),
    jobKinds: Object.keys(handlers),
    async start() {
      await keys.start()
      forgetNews = recordSealNews({ desk: seal, units, tenant, onError: onSealError })
      ledger.startSequencer(tenant)
      ledger.sinks.start()
      jobs.start(handlers)
      await mail.start()
      await signin.start()
      await oauth.start()
      ledger.telemetry.start(tenant, deps.disk)
      await database.asSystem(async (tx) => {
        for (const kind of ['edge.forget', ...protectionJobs, 'access.expire-elevations', ...retentionJobs]) {
          await jobs.enqueue(tx, { kind, key: 'only', recurring: true })
        }
      })
    },
    async stop() {
      forgetNews()
      tenants.stop()
      edge.close()
      oauth.stop()
      await access.close()
      await jobs.stop()
      await ledger.stop()
      keys.stop()
    },
  }
}
