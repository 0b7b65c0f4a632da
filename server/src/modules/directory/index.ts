import { controls } from './controls.ts'
import { enrolOperator } from './create-person.ts'
import { addOwnService } from './create-service.ts'
import { endService } from './change-service.ts'
import { countOperators } from './last-operator.ts'
import { provisionTenant } from './provision.ts'
import { groupRoutes } from './routes/groups.ts'
import { peopleRoutes } from './routes/people.ts'
import { serviceRoutes } from './routes/services.ts'
import { serviceOfKey } from './service-keys.ts'
import { isId } from './shapes.ts'
import { standingsOf } from './standing.ts'
import { groupsAbove, selectPrincipals } from './store/memberships.ts'
import { countPeople, findPeople, findPerson, findPersonByEmail, touchSignIn } from './store/people.ts'
import { countServicesOf, findService } from './store/services.ts'
import type { ActivePrincipal, Directory, DirectoryDeps, Reading } from './types.ts'
import type { Uid } from '../../platform/ports.ts'

export { manifest } from './manifest.ts'
export { Email, isId, Name, Password } from './shapes.ts'
export { emailKey } from './text.ts'
export { directoryErrors } from './errors.ts'
export type {
  ActivePrincipal,
  Directory,
  DirectoryDeps,
  PersonRecord,
  PreparedPassword,
  PrincipalEntity,
  Reading,
  ServiceRecord,
} from './types.ts'

/** People, groups, machine accounts, and who is in which group. */
export function createDirectory(deps: DirectoryDeps): Directory {
  return {
    parts: {
      routes: [...peopleRoutes(deps), ...groupRoutes(deps), ...serviceRoutes(deps)],
      controls,
      jobs: {},
    },
    provisionTenant: (tx) => provisionTenant(tx, deps),
    principalsOf: (tx) => selectPrincipals(tx),
    groupsOf: async (tx, uid) => (await principal(tx, uid))?.groups,
    standingsOf: (tx, uids) => standingsOf(tx, uids),
    principal: (tx, uid) => principal(tx, uid),
    countPeople: (tx) => countPeople(tx),
    countServicesOf: (tx, application) => countServicesOf(tx, application),
    person: async (tx, id) => (isId(id) ? findPerson(tx, id) : null),
    people: (tx, ids) => findPeople(tx, ids),
    personByEmail: (tx, email) => findPersonByEmail(tx, email),
    recordSignIn: (tx, id, at) => touchSignIn(tx, id, at),
    enrolOperator: (tx, person) => enrolOperator(tx, deps, person),
    hasOperator: async (tx) => (await countOperators(tx, deps)) > 0,
    service: async (tx, id) => (isId(id) ? findService(tx, id) : null),
    serviceOfKey: (tx, key) => serviceOfKey(tx, deps, key),
    addOwnService: (tx, name) => addOwnService(tx, deps, name),
    async removeService(tx, id) {
      await endService(tx, deps, id)
    },
  }
}

async function principal(tx: Reading, { type, id }: Uid): Promise<ActivePrincipal | null> {
  if (!isId(id)) return null
  if (type === 'Person') {
    const person = await findPerson(tx, id)
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
