import { createEntities, createSchema, type EntityJson, PolicyError, type Schema } from '@holdfast/policy'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import { begin } from '../begin.ts'
import { errors } from '../errors.ts'
import { grantErrors } from '../grants/errors.ts'
import { isOfDirectory, keyOf } from '../standing.ts'
import { type ApplicationRow, touchApplications } from '../store.ts'
import { plain } from '../point/pool.ts'
import type { StoredEntity } from '../world/types.ts'
import { cycleIn } from './cycles.ts'
import { countEntities, currentEntities, removeEntities, saveEntities } from './store.ts'

/** Stored entities of one application. */
const mostEntities = 100_000

export interface EntityTools {
  readonly keys: Keyring
  readonly random: Random
  readonly knows: (tx: Tx, principal: Uid) => Promise<boolean>
}

export interface Written {
  readonly created: number
  readonly changed: number
}

/** An entity as it is written: attributes the short way, as the schema allows. */
export interface EntityInput {
  readonly uid: Uid
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
  readonly tags?: Readonly<Record<string, unknown>> | undefined
  readonly parents?: readonly Uid[] | undefined
}

/**
 * Stores entities; each takes the place of the one of its uid. What is the same already is left alone.
 * @returns how many; `application_not_found`, `entities_builtin`, `entity_invalid`, `entity_cycle`, `entities_most`
 */
export async function writeEntities(
  tx: Tx,
  tools: EntityTools,
  application: string,
  inputs: readonly EntityInput[],
): Promise<Outcome<Written>> {
  const { epoch, row } = await begin(tx, application)
  const refused = refusal(application, row)
  if (refused !== undefined || row === undefined)
    return refused ?? refuse(errors.application_not_found, { application })
  const read = await readInputs(tx, tools, row, inputs)
  if (!read.ok) return read
  return store(tx, tools, { application, epoch }, read.value)
}

export interface EntityChange {
  readonly uid: Uid
  /** null takes an attribute away; what is absent stays */
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
  readonly tags?: Readonly<Record<string, unknown>> | undefined
  readonly parents?: readonly Uid[] | undefined
}

/** Changes some of what is stored of an entity. @returns as `writeEntities`, and `entity_not_found` */
export async function changeEntity(
  tx: Tx,
  tools: EntityTools,
  application: string,
  { uid, attrs = {}, tags = {}, parents }: EntityChange,
): Promise<Outcome<Written>> {
  const { row } = await begin(tx, application)
  const refused = refusal(application, row)
  if (refused !== undefined) return refused
  const [known] = await currentEntities(tx, tools.keys, application, [uid])
  if (known === undefined) return refuse(grantErrors.entity_not_found, { application, type: uid.type })
  return writeEntities(tx, tools, application, [
    {
      uid,
      attrs: withoutNulls({ ...known.attrs, ...attrs }),
      tags: withoutNulls({ ...known.tags, ...tags }),
      parents: parents ?? known.parents,
    },
  ])
}

/** What names one that is gone as its parent keeps the name. @returns how many there were; `application_not_found` */
export async function deleteEntities(
  tx: Tx,
  application: string,
  uids: readonly Uid[],
): Promise<Outcome<{ deleted: number }>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const gone = await removeEntities(tx, application, uids)
  await touchApplications(tx, epoch, application)
  const data = { count: gone.length, entities: gone.slice(0, 20).map(nameOf) }
  const resource = { type: 'Application', id: application }
  await tx.record({ kind: 'entities.deleted', resource, application, data })
  return ok({ deleted: gone.length })
}

function refusal(application: string, row: ApplicationRow | undefined): Refused | undefined {
  if (row === undefined) return refuse(errors.application_not_found, { application })
  return row.builtin ? refuse(grantErrors.entities_builtin) : undefined
}

/** Checks each against the schema. */
async function readInputs(
  tx: Tx,
  tools: EntityTools,
  row: ApplicationRow,
  inputs: readonly EntityInput[],
): Promise<Outcome<StoredEntity[]>> {
  const schema = row.schema_text === '' ? undefined : createSchema(row.schema_json)
  const entities: StoredEntity[] = []
  const seen = new Set<string>()
  for (const input of inputs) {
    const invalid = (problem: string) => refuse(grantErrors.entity_invalid, { entity: nameOf(input.uid), problem })
    if (seen.has(keyOf(input.uid))) return invalid('it is there twice')
    seen.add(keyOf(input.uid))
    const problem = reserved(input, schema !== undefined)
    if (problem !== undefined) return invalid(problem)
    if (isOfDirectory(input.uid) && !(await tools.knows(tx, input.uid)))
      return invalid('the directory does not know it')
    try {
      entities.push(readEntity(input, schema))
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      return error.code === 'entity_cycle'
        ? refuse(grantErrors.entity_cycle, { entity: nameOf(input.uid) })
        : invalid(error.message)
    }
  }
  return ok(entities)
}

/** What may not be stored: what others say. */
function reserved({ uid, parents = [] }: EntityInput, typed: boolean): string | undefined {
  if (uid.type === 'Role') return 'roles have an API of their own'
  if (typed && /(^|::)Action$/.test(uid.type)) return 'actions are declared in the schema'
  if (isOfDirectory(uid) && parents.length > 0)
    return 'the groups of people and services are the directory’s, roles are granted'
  return parents.some(({ type }) => type === 'Role') ? 'a role is granted, it is no parent to store' : undefined
}

/** Throws `PolicyError`. */
function readEntity(input: EntityInput, schema: Schema | undefined): StoredEntity {
  const { uid, attrs = {}, tags = {}, parents = [] } = input
  const json = { uid, attrs, tags, parents } as EntityJson
  const read = schema === undefined ? json : schema.entity(json)
  const allowed = schema?.type(uid.type)?.memberOf
  const stranger = parents.find(({ type }) => allowed !== undefined && !allowed.includes(type))
  if (stranger !== undefined) {
    throw new PolicyError('entity_malformed', `the schema lets no ${uid.type} be in a ${stranger.type}`)
  }
  // Whatever the evaluator would refuse later is refused now.
  createEntities([read])
  return { uid, attrs: read.attrs ?? {}, tags: read.tags ?? {}, parents: (read.parents ?? []).map(plain) }
}

async function store(
  tx: Tx,
  tools: EntityTools,
  { application, epoch }: { readonly application: string; readonly epoch: number },
  entities: readonly StoredEntity[],
): Promise<Outcome<Written>> {
  const circle = await cycleIn(tx, application, entities)
  if (circle !== undefined) return refuse(grantErrors.entity_cycle, { entity: nameOf(circle) })
  const uids = entities.map(({ uid }) => uid)
  const known = new Map((await currentEntities(tx, tools.keys, application, uids)).map((one) => [keyOf(one.uid), one]))
  const created = entities.filter(({ uid }) => !known.has(keyOf(uid)))
  const changed = entities.filter((entity) => {
    const before = known.get(keyOf(entity.uid))
    return before !== undefined && textOf(before) !== textOf(entity)
  })
  if (created.length > 0 && (await countEntities(tx, application)) + created.length > mostEntities) {
    return refuse(grantErrors.entities_most, { most: mostEntities })
  }
  await saveEntities(tx, tools, application, [...created, ...changed])
  await touchApplications(tx, epoch, application)
  const names = [...created, ...changed].slice(0, 20).map(({ uid }) => nameOf(uid))
  const data = { created: created.length, changed: changed.length, entities: names }
  const resource = { type: 'Application', id: application }
  await tx.record({ kind: 'entities.written', resource, application, data })
  return ok({ created: created.length, changed: changed.length })
}

const nameOf = ({ type, id }: Uid) => `${type}::${JSON.stringify(id)}`

/** The same text for the same content, in whatever order it was written. */
function textOf({ attrs, tags, parents }: StoredEntity): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return JSON.stringify([attrs, tags, parents.map(keyOf).toSorted()], sorted)
}

function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}
