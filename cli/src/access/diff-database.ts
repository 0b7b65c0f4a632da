import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  compile,
  createEntities,
  createSchema,
  type Entities,
  type EntityJson,
  type PolicySet,
  type PolicySetJson,
  type Schema,
  type SchemaJson,
  type Uid,
} from '@holdfast/policy'
import { type ActionTypes, actionTypes, describeChange } from '@holdfast/policy/diff'
import { difference, FilterError, isAlways, partial, type Residual, type TableMapping } from '@holdfast/policy/filter'
import { Client } from 'pg'
import { segment } from '../api/client.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, Failure, usage } from '../failure.ts'
import { faultsOf } from './diff-catalogue.ts'
import type { Change, Comparison } from './diff-report.ts'
import { type Condition, countRows } from './diff-rows.ts'
import type { SideBody } from './diff-side.ts'

interface Material {
  readonly schema: SchemaJson
  readonly validated: boolean
  readonly policies: PolicySetJson
  readonly entities: readonly EntityJson[]
  readonly principals: readonly Uid[]
}

interface Side {
  readonly set: PolicySet
  readonly schema: Schema
  readonly entities: Entities
  readonly validated: boolean
  readonly principals: readonly Uid[]
  readonly acting: ReadonlySet<string>
  readonly actions: readonly ActionTypes[]
}

export interface Narrowed {
  readonly actions?: readonly string[]
  readonly resourceTypes?: readonly string[]
  readonly principals?: readonly Uid[]
  readonly context?: unknown
}

export interface RowsOptions {
  readonly application: string
  readonly database: string
  readonly resources: string
  readonly examples: number
}

type Undecided = Comparison['undecided'][number]

/** Counts in the application's own database, in one snapshot that nothing is written in. What SQL cannot say is told by name, never approximated. */
export async function compareRows(
  cli: Cli,
  options: RowsOptions,
  sides: { readonly old: SideBody; readonly new: SideBody },
  narrowed: Narrowed,
): Promise<Comparison> {
  const path = `/applications/${segment(options.application)}/diff/sides`
  const material = await cli.api.post<{ readonly old: Material; readonly new: Material }>(path, sides)
  const [old, now] = [readMaterial(material.old), readMaterial(material.new)]
  const mappings = await readMappings(resolve(cli.terminal.cwd, options.resources), narrowed.resourceTypes)
  const client = new Client({ connectionString: options.database })
  await client.connect().catch((cause: unknown) => {
    throw new Failure({
      code: 'database_unreachable',
      detail: `The database cannot be reached: ${cause instanceof Error ? cause.message : ''}`,
      cause,
    })
  })
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query("SET LOCAL statement_timeout = '60s'")
    for (const mapping of mappings) await refuseFaults(client, mapping, [old.schema, now.schema])
    return await compareAll(client, { old, now, mappings, narrowed, examples: options.examples })
  } finally {
    await client.end()
  }
}

function readMaterial({ schema, validated, policies, entities, principals }: Material): Side {
  return {
    set: compile(policies),
    schema: createSchema(schema),
    entities: createEntities(entities),
    validated,
    principals,
    acting: new Set(principals.map(keyOf)),
    actions: actionTypes(schema),
  }
}

/** Every definition of a resource that a module exports, and that names a table. */
async function readMappings(module: string, types: readonly string[] | undefined): Promise<TableMapping[]> {
  if (!existsSync(module)) throw usage(`There is no file ${module}.`, 'It is the module that exports the resources.')
  const exported = (await import(pathToFileURL(module).href)) as Readonly<Record<string, unknown>>
  const mappings = new Map<string, TableMapping>()
  for (const value of Object.values(exported)) {
    const mapping = typeof value === 'object' && value !== null && 'mapping' in value ? value.mapping : undefined
    if (isMapping(mapping) && (types === undefined || types.includes(mapping.type))) mappings.set(mapping.type, mapping)
  }
  if (mappings.size > 0) return [...mappings.values()]
  throw new Failure({
    code: 'no_resources',
    detail: `${module} exports no resource with a table${types === undefined ? '' : ` of ${types.join(', ')}`}.`,
    mend: 'Export what defineResource gives, with its `table`.',
    exitCode: exitCodes.usage,
  })
}

function isMapping(value: unknown): value is TableMapping {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    'table' in value &&
    typeof value.table === 'string'
  )
}

async function refuseFaults(client: Client, mapping: TableMapping, schemas: readonly Schema[]): Promise<void> {
  const faults = new Set<string>()
  for (const schema of schemas) for (const fault of await faultsOf(client, mapping, schema)) faults.add(fault)
  if (faults.size === 0) return
  throw new Failure({
    code: 'catalogue',
    detail: 'The columns are not as the schema needs them, so the counts would not be exact.',
    lines: [...faults],
  })
}

interface Question {
  readonly old: Side
  readonly now: Side
  readonly mappings: readonly TableMapping[]
  readonly narrowed: Narrowed
  readonly examples: number
}

async function compareAll(client: Client, question: Question): Promise<Comparison> {
  const { old, now, mappings, narrowed, examples } = question
  const actions = new Map([...old.actions, ...now.actions].map((each) => [keyOf(each.action), each]))
  const unknown = narrowed.actions?.find((id) => ![...actions.values()].some(({ action }) => action.id === id))
  if (unknown !== undefined) throw usage(`Neither side knows the action ${unknown}.`)
  const changes: Change[] = []
  const undecided: Undecided[] = []
  let [compared, asked] = [0, 0]
  for (const mapping of mappings) {
    for (const action of actions.values()) {
      if (!action.resources.includes(mapping.type)) continue
      if (narrowed.actions !== undefined && !narrowed.actions.includes(action.action.id)) continue
      compared++
      try {
        for (const kind of ['gain', 'loss'] as const) {
          const conditions = conditionsOf(kind, action, mapping, question)
          asked += conditions.length
          const counted = await countRows(
            client,
            mapping,
            conditions,
            examples,
            kind === 'gain' ? now.entities : old.entities,
          )
          if (counted === undefined) continue
          const change = { ...counted, kind, action: action.action.id, resourceType: mapping.type, anyResource: false }
          changes.push({ ...change, text: describeChange(change) })
        }
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
        undecided.push({
          action: action.action.id,
          resourceType: mapping.type,
          text: `${action.action.id} on ${mapping.type} is not compared: ${error.message}.`,
        })
      }
    }
  }
  return {
    same: changes.length === 0,
    changes,
    undecided,
    compared: { requests: asked, actions: compared, evaluations: asked },
  }
}

const NOTHING = compile({})

/** For each principal who gains (or loses) some row: which. Throws `FilterError`. */
function conditionsOf(
  kind: 'gain' | 'loss',
  { action, principals: types }: ActionTypes,
  mapping: TableMapping,
  { old, now, narrowed }: Question,
): Condition[] {
  const wanted = narrowed.principals === undefined ? undefined : new Set(narrowed.principals.map(keyOf))
  const everybody = new Map([...old.principals, ...now.principals].map((uid) => [keyOf(uid), uid]))
  const of = (side: Side, key: string, principal: Uid): Residual => {
    const context =
      narrowed.context === undefined
        ? undefined
        : side.schema.context(action, narrowed.context as { [name: string]: unknown }, 'keep')
    const set = side.acting.has(key) ? side.set : NOTHING
    return partial(set, { principal, action, resourceType: mapping.type, context }, side.entities, side.schema, side)
  }
  return [...everybody].flatMap(([key, principal]) => {
    if (!types.includes(principal.type) || wanted?.has(key) === false) return []
    const [before, after] = [of(old, key, principal), of(now, key, principal)]
    const residual = kind === 'gain' ? difference(before, after) : difference(after, before)
    return isAlways(residual) === false ? [] : [{ principal, residual }]
  })
}

const keyOf = ({ type, id }: Uid): string => JSON.stringify([type, id])
