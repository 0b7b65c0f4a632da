import { type Outcome, ok, type Refused, refuse } from '../../../../platform/outcome.ts'
import type { Tx } from '../../../../platform/work.ts'
import { directoryErrors } from '../../errors.ts'
import { unlessLastOperator } from '../../last-operator.ts'
import { scimErrors } from '../errors.ts'
import type { ScimTools } from '../parts.ts'
import { ScimProblem } from '../problem.ts'
import { hasPower } from '../protect.ts'
import { refuseTaken } from '../refusals.ts'
import type { Json, Resource } from '../schema/attribute.ts'
import { isObject, textOf } from '../schema/find.ts'
import type { UserRow } from '../store/users.ts'
import { addressOf, nameOf, placeholderAddress } from './login.ts'

/** Characters of one resource as JSON; its ciphertext must fit into the column. */
const largest = 65_536

/** What SCIM says of a person, apart from whether they may sign in. */
export interface Said {
  readonly resource: Resource
  readonly active: boolean | undefined
}

/** @throws ScimProblem invalidValue for one that is too large to be kept */
export function saidIn({ active, ...resource }: Resource): Said {
  if (Buffer.byteLength(JSON.stringify(resource)) > largest) {
    throw new ScimProblem('invalidValue', `The resource is larger than ${largest} bytes.`)
  }
  return { resource, active: typeof active === 'boolean' ? active : undefined }
}

/** Under the lock of the hierarchy, which every change of a user takes: nobody else comes in between. */
export async function takenBy(
  tx: Tx,
  { users, people }: Pick<ScimTools, 'users' | 'people'>,
  resource: Resource,
  except: { readonly id: string | null; readonly service: string | null },
): Promise<Refused | undefined> {
  const userName = textOf(resource, 'userName') ?? ''
  if (await users.isTaken(tx, 'userName', userName, except)) return refuseTaken('Another user has this userName.')
  const externalId = textOf(resource, 'externalId')
  if (externalId !== undefined && (await users.isTaken(tx, 'externalId', externalId, except))) {
    return refuseTaken('Another user has this externalId.')
  }
  const address = addressOf(resource)
  const holder = address === null ? null : await people.findByEmail(tx, address)
  if (holder === null || holder.id === except.id) return undefined
  return refuseTaken('Another account has this e-mail address.')
}

/** Whoever changes these could sign in as the person, or be taken for them. */
const telling = ['userName', 'externalId', 'emails'] as const

/**
 * Writes what SCIM says now. Who may no longer sign in loses every session and token in this transaction; who may again gets
 * none of them back.
 * @returns `scim_protected`, `scim_conflict`, `last_operator`
 */
export async function writeUser(tx: Tx, deps: ScimTools, row: UserRow, said: Said): Promise<Outcome<true>> {
  const { id } = row
  const { resource } = said
  const active = said.active ?? row.active
  const changed = differences(row.resource, resource)
  const dangerous = changed.some((name) => telling.some((each) => each === name)) || (active && !row.active)
  if (dangerous && (await hasPower(tx, deps, id))) {
    return refuse(scimErrors.scim_protected, {
      problem: 'This person has power over Holdfast: only an operator changes how they sign in, or lets them in again.',
    })
  }
  const taken = await takenBy(tx, deps, resource, { id, service: row.service })
  if (taken !== undefined) return taken

  const now = deps.clock.now()
  const state = active && !row.held ? 'active' : 'disabled'
  const kept = await unlessLastOperator(tx, deps, () =>
    deps.people.update(tx, id, { name: nameOf(resource), state, now }),
  )
  if (!kept) return refuse(directoryErrors.last_operator)
  await followAddress(tx, deps, row, resource)
  await deps.users.update(tx, { id, service: row.service, active, resource, now })
  await record(tx, deps, row, { state, changed })
  return ok(true)
}

/** Another address is not yet shown to be the person's; the one before is theirs no longer. */
async function followAddress(tx: Tx, { people, clock }: ScimTools, row: UserRow, resource: Resource): Promise<void> {
  const before = addressOf(row.resource)
  const after = addressOf(resource)
  if (before === after) return
  const email = after ?? placeholderAddress(row.id)
  if (!(await people.setEmail(tx, row.id, { email, verifiedAt: null, now: clock.now() }))) {
    throw new Error('an address that was free is taken')
  }
  await tx.record({ kind: 'person.email_changed', resource: { type: 'Person', id: row.id }, reason: 'scim' })
}

async function record(
  tx: Tx,
  deps: ScimTools,
  row: UserRow,
  { state, changed }: { readonly state: UserRow['state']; readonly changed: readonly string[] },
): Promise<void> {
  const person = { type: 'Person', id: row.id } as const
  const turned = state !== row.state
  if (turned && state === 'disabled') {
    const sessions = await deps.sessions.revokeAllOf(tx, row.id, 'person_disabled')
    await tx.record({ kind: 'person.disabled', resource: person, reason: 'scim', data: { sessions } })
  }
  if (turned && state === 'active') {
    await tx.record({ kind: 'person.enabled', resource: person, reason: 'scim' })
  }
  if (changed.length > 0 || !turned) {
    await tx.record({
      kind: 'person.updated',
      resource: person,
      reason: 'scim',
      data: { changed, added: [], removed: [] },
    })
  }
  if (turned) await deps.hierarchyChanged(tx)
}

/** The names of the attributes that are not the same: what they say is in no event. */
function differences(before: Resource, after: Resource): readonly string[] {
  const flat = (resource: Resource) =>
    new Map(
      Object.entries(resource).flatMap(([name, value]): [string, Json][] =>
        name.startsWith('urn:') && isObject(value) ? Object.entries(value) : [[name, value]],
      ),
    )
  const [old, fresh] = [flat(before), flat(after)]
  const names = [...new Set([...old.keys(), ...fresh.keys()])]
  return names.filter((name) => canonical(old.get(name)) !== canonical(fresh.get(name))).toSorted()
}

function canonical(value: Json | undefined): string | undefined {
  return JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))) : each,
  )
}
