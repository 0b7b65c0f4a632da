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
import { groupsAbove, selectPrincipals } from './store/memberships.ts'
import { countPeople, findPeople, findPerson, findPersonByEmail, touchSignIn } from './store/people.ts'
import { findService } from './store/services.ts'
import type { Directory, DirectoryDeps, Reading } from './types.ts'
import type { Uid } from '../../platform/ports.ts'

export { manifest } from './manifest.ts'
export { Email, isId, Name, Password } from './shapes.ts'
export { emailKey } from './text.ts'
export type {
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
    groupsOf: (tx, principal) => groupsOf(tx, principal),
    countPeople: (tx) => countPeople(tx),
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

async function groupsOf(tx: Reading, { type, id }: Uid): Promise<readonly string[] | undefined> {
  if (!isId(id) || (type !== 'Person' && type !== 'Service')) return undefined
  const known =
    type === 'Person' ? (await findPerson(tx, id))?.state === 'active' : (await findService(tx, id)) !== null
  return known ? groupsAbove(tx, { type, id }) : undefined
}
