import { compile, type Entities, evaluate, toRecord } from '@holdfast/policy'
import { difference, FilterError, partial, type Residual, toSql } from '@holdfast/policy/filter'
import type { Client } from 'pg'
import { randomPolicies, randomQuestion } from './policies.ts'
import { Random } from './random.ts'
import { createTables } from './tables.ts'
import { randomWorld, type World } from './world.ts'

/** What was compared, and what could not be said in SQL. */
export interface Compared {
  decisions: number
  allowed: number
  /** Policy sets whose condition is neither true nor false for all rows. */
  varying: number
  readonly refused: Map<string, number>
}

/**
 * Makes a random world and decides about each of its rows twice: by the evaluator, and by the condition in PostgreSQL.
 * Throws where they differ, with all that it takes to look at it.
 */
export async function compareWorld(
  client: Client,
  seed: number,
  size: { readonly rows: number; readonly sets: number },
  compared: Compared,
): Promise<void> {
  const random = new Random(seed)
  const world = randomWorld(random, size.rows)
  await createTables(client, world)
  const overlays = world.rows.map(({ entity }) => world.entities.with([entity]))
  let before: { residual: Residual; ids: ReadonlySet<string> } | undefined
  for (let at = 0; at < size.sets; at++) {
    const json = randomPolicies(random, world)
    const { principal, action, context } = randomQuestion(random, world)
    const set = compile(json)
    const request = { principal, action, context: toRecord(context) }
    const found = filtered(() =>
      partial(set, { ...request, resourceType: 'Document' }, world.entities, world.schema, { validated: true }),
    )
    const condition = found instanceof FilterError ? found : filtered(() => toSql(found, world.mapping, { alias: 'd' }))
    if (found instanceof FilterError || condition instanceof FilterError) {
      const { message } = found instanceof FilterError ? found : (condition as FilterError)
      const why = message.slice(message.lastIndexOf('`: ') + 3)
      compared.refused.set(why, (compared.refused.get(why) ?? 0) + 1)
      continue
    }
    const expected = decided(
      world,
      overlays,
      (resource, entities) =>
        evaluate(set, { ...request, resource }, entities, { onError: 'deny' }).decision === 'allow',
    )
    const explain = () =>
      JSON.stringify({ seed, at, json, principal, action, context, schema: world.schemaText, condition }, big)
    const ids = await selected(client, condition, explain)
    differ(ids, expected, explain)
    if (before !== undefined) {
      const gained = difference(before.residual, found)
      const past = before.ids
      const more = new Set([...expected].filter((id) => !past.has(id)))
      const sql = toSql(gained, world.mapping, { alias: 'd' })
      differ(await selected(client, sql, explain), more, explain)
    }
    before = { residual: found, ids: expected }
    compared.decisions += world.rows.length
    compared.allowed += expected.size
    if (expected.size > 0 && expected.size < world.rows.length) compared.varying++
  }
}

function filtered<T>(make: () => T): T | FilterError {
  try {
    return make()
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}

function decided(
  world: World,
  overlays: readonly Entities[],
  allows: (resource: { type: string; id: string }, entities: Entities) => boolean,
): Set<string> {
  const ids = new Set<string>()
  world.rows.forEach(({ entity }, at) => {
    const resource = entity.uid as { type: string; id: string }
    if (allows(resource, overlays[at] ?? world.entities)) ids.add(resource.id)
  })
  return ids
}

async function selected(
  client: Client,
  { sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] },
  explain: () => string,
): Promise<Set<string>> {
  try {
    // Not in a WHERE clause: a condition that is NULL is neither of the two that it may be.
    const text = `SELECT d.id, ${sql} AS allowed FROM docs AS d`
    const { rows } = await client.query<{ id: string; allowed: boolean | null }>(text, [...parameters])
    const unknown = rows.find(({ allowed }) => allowed === null)
    if (unknown !== undefined) throw new Error(`the condition is NULL for ${unknown.id}`)
    return new Set(rows.filter(({ allowed }) => allowed).map(({ id }) => id))
  } catch (error) {
    throw new Error(`${String(error)}: ${explain()}`, { cause: error })
  }
}

function differ(found: ReadonlySet<string>, expected: ReadonlySet<string>, explain: () => string): void {
  const tooMany = [...found].filter((id) => !expected.has(id))
  const missing = [...expected].filter((id) => !found.has(id))
  if (tooMany.length + missing.length === 0) return
  throw new Error(`SQL allows ${tooMany.join()} too many and misses ${missing.join()}: ${explain()}`)
}

function big(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
