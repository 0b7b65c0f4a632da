import { controls } from './controls.ts'
import { changeEmail, changeName, followUpstream, verifyEmail } from './accounts.ts'
import { addPeople, addPerson, enrolOperator } from './create-person.ts'
import { addBoundService, addOwnService } from './create-service.ts'
import { endService } from './change-service.ts'
import { countOperators, operators, unlessLastOperator } from './last-operator.ts'
import { historyOf } from './history.ts'
import { provisionTenant } from './provision.ts'
import { groupRoutes } from './routes/groups.ts'
import { peopleRoutes } from './routes/people.ts'
import { serviceRoutes } from './routes/services.ts'
import { scimControls } from './scim/controls.ts'
import { scimRoutes } from './scim/index.ts'
import { keepersOf } from './scim/store/keeping.ts'
import { createScimUsers } from './scim/store/users.ts'
import { serviceOfKey } from './service-keys.ts'
import { isId, isSlug } from './shapes.ts'
import { standingsOf } from './standing.ts'
import { lockHierarchy, missingGroup } from './store/groups.ts'
import { activePeopleIn, groupsAbove, groupsOfActive, groupsOfActivePeople } from './store/memberships.ts'
import type { DirectoryTools } from './parts.ts'
import { countPeople, createPeople, peopleAmong } from './store/people.ts'
import { selectPrincipals } from './store/principals.ts'
import { countServicesOf, findService, findServices } from './store/services.ts'
import type { ActivePrincipal, Directory, DirectoryDeps, Reading } from './types.ts'
import type { Uid } from '../../platform/ports.ts'

export { manifest } from './manifest.ts'
export { Email, isId, Name, Password } from './shapes.ts'
export { emailKey, isEmail } from './text.ts'
export { directoryErrors } from './errors.ts'
export type {
  ActivePrincipal,
  Directory,
  DirectoryDeps,
  NewAccount,
  PasswordAbout,
  PersonAccount,
  PersonRecord,
  PreparedPassword,
  PrincipalEntity,
  Reading,
  ServiceRecord,
  SignedIn,
} from './types.ts'

/** People, groups, machine accounts, and who is in which group. */
export function createDirectory(given: DirectoryDeps): Directory {
  const deps: DirectoryTools = { ...given, people: createPeople(given.keys), users: createScimUsers(given.keys) }
  return {
    parts: {
      routes: [...peopleRoutes(deps), ...groupRoutes(deps), ...serviceRoutes(deps), ...scimRoutes(deps)],
      controls: [...controls, ...scimControls],
      jobs: {},
    },
    provisionTenant: (tx) => provisionTenant(tx, deps),
    principalsOf: (tx, at) => selectPrincipals(tx, at),
    groupsOf: (tx, { type, id }) => groupsOf(tx, type, id),
    groupsOfPeople: (tx, ids) => groupsOfActivePeople(tx, ids.filter(isId)),
    standingsOf: (tx, uids) => standingsOf(tx, uids),
    principal: (tx, uid) => principal(tx, deps, uid),
    peopleAmong: (tx, ids) => peopleAmong(tx, ids),
    countPeople: (tx) => countPeople(tx),
    countServicesOf: (tx, application) => countServicesOf(tx, application),
    namesOf: (tx, uids) => namesOf(tx, deps, uids),
    historyOf: (tx, uid, page) => historyOf(tx, uid, page),
    knows: (tx, uid) => knows(tx, deps, uid),
    person: async (tx, id) => (isId(id) ? deps.people.find(tx, id) : null),
    people: (tx, ids) => deps.people.findAll(tx, ids),
    personByEmail: (tx, email) => deps.people.findByEmail(tx, email),
    whoHas: (tx, email) => deps.people.whoHas(tx, email),
    signingIn: (tx, id) => deps.people.hold(tx, id),
    recordSignIn: (tx, id, at) => deps.people.touch(tx, id, at),
    enrolOperator: (tx, person) => enrolOperator(tx, deps, person),
    addAccount: (tx, account) => addPerson(tx, deps, account),
    addAccounts: (tx, accounts) => addPeople(tx, deps, accounts),
    emailVerifiedAt: async (tx, id) => (await deps.people.find(tx, id))?.emailVerifiedAt ?? null,
    verifyEmail: (tx, id) => verifyEmail(tx, deps, id),
    changeEmail: (tx, id, email) => changeEmail(tx, deps, id, email),
    changeName: (tx, id, name) => changeName(tx, deps, id, name),
    followUpstream: (tx, id, said) => followUpstream(tx, deps, id, said),
    provisionedBy: (tx, ids) => keepersOf(tx, ids),
    operators: (tx) => activePeopleIn(tx, operators),
    hasOperator: async (tx) => (await countOperators(tx, deps)) > 0,
    unlessLastOperator: (tx, change) => unlessLastOperator(tx, deps, change),
    service: async (tx, id) => (isId(id) ? findService(tx, id) : null),
    serviceOfKey: (tx, key) => serviceOfKey(tx, deps, key),
    addOwnService: (tx, name) => addOwnService(tx, deps, name),
    addBoundService: (tx, service) => addBoundService(tx, deps, service),
    lockHierarchy: (tx) => lockHierarchy(tx),
    async removeService(tx, id) {
      await endService(tx, deps, id)
    },
  }
}

async function namesOf(
  tx: Reading,
  { people }: Pick<DirectoryTools, 'people'>,
  uids: readonly Uid[],
): Promise<ReadonlyMap<string, string>> {
  const of = (wanted: string) => uids.filter(({ type, id }) => type === wanted && isId(id)).map(({ id }) => id)
  const found = [...(await people.findAll(tx, of('Person'))).values(), ...(await findServices(tx, of('Service')))]
  return new Map(found.map(({ id, name }) => [id, name]))
}

async function knows(tx: Reading, deps: Pick<DirectoryTools, 'people'>, { type, id }: Uid): Promise<boolean> {
  if (type === 'Group') return isSlug(id) && (await missingGroup(tx, [id])) === undefined
  if (!isId(id)) return false
  if (type === 'Person') return (await deps.people.account(tx, id)) !== null
  return type === 'Service' && (await findService(tx, id)) !== null
}

async function groupsOf(tx: Reading, type: string, id: string): Promise<readonly string[] | undefined> {
  return isId(id) && (type === 'Person' || type === 'Service') ? groupsOfActive(tx, { type, id }) : undefined
}

async function principal(
  tx: Reading,
  { people }: Pick<DirectoryTools, 'people'>,
  { type, id }: Uid,
): Promise<ActivePrincipal | null> {
  if (!isId(id)) return null
  if (type === 'Person') {
    const person = await people.find(tx, id)
    if (person?.state !== 'active') return null
    const { tenant, name, email } = person
    return { tenant, name, email, application: null, groups: await groupsAbove(tx, { type, id }) }
  }
  if (type !== 'Service') return null
  const service = await findService(tx, id)
  if (service === null) return null
  const { tenant, name, application } = service
  return { tenant, name, email: null, application, groups: await groupsAbove(tx, { type, id }) }
}
