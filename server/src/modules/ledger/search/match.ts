import { type RawBuilder, sql } from 'kysely'
import type { TokenFilter } from './filter.ts'

type Condition = RawBuilder<unknown>

/** The ids between which a question is asked; both are UUIDs, `from` inclusive, `below` exclusive. */
export interface IdRange {
  readonly from?: string | undefined
  readonly below?: string | undefined
}

/**
 * Asked as the system role, with the tenant as a condition of its own. As the tenant's role, row-level security would have to
 * be checked before any operator that PostgreSQL does not call leakproof, and the index of the words could not be used. Only ids
 * come out; the events are then read as the tenant.
 */
export function matching(filter: TokenFilter, tenant: string, range: IdRange): Condition {
  const [rarest, ...others] = filter.words
  // The range once more, so that the months outside of it are not even looked up.
  const conditions = [
    sql`e.tenant_id = ${tenant}::uuid`,
    ...inRange(sql.ref('e.id'), range),
    ...clear(filter),
    ...others.map(hasWord),
  ]
  const found =
    rarest !== undefined
      ? candidates(filter, tenant, range, sql`terms @> ARRAY[${rarest}::bigint]`)
      : filter.addresses.length > 0
        ? candidates(filter, tenant, range, sql`address_token = ANY (${filter.addresses}::bytea[])`)
        : undefined
  if (found === undefined) return newestFirst(filter, tenant, range)
  if (rarest !== undefined && filter.addresses.length > 0) conditions.push(hasAddress(filter.addresses))
  // One by one, from the newest on, until there are enough: PostgreSQL cannot estimate a range of UUIDs, and left to itself it
  // may look for the candidates once for each event of the range. OFFSET 0 keeps it from choosing.
  return sql`FROM (SELECT id FROM (${found}) AS either ORDER BY id DESC) AS found CROSS JOIN LATERAL (
    SELECT e.id, e.time, e.kind, e.class_uid, e.outcome, e.actor_type, e.actor_id, e.application FROM events e
    WHERE e.id = found.id AND ${sql.join(conditions, sql` AND `)} OFFSET 0) AS e`
}

/** The same events as `matching`, by going through them: for words that most of them have. */
export function newestFirst(filter: TokenFilter, tenant: string, range: IdRange): Condition {
  const conditions = [sql`e.tenant_id = ${tenant}::uuid`, ...inRange(sql.ref('e.id'), range), ...onEach(filter)]
  return sql`FROM events e WHERE ${sql.join(conditions, sql` AND `)}`
}

/** Conditions on one event of `events e`: for questions that other indexes answer. */
export function onEach(filter: TokenFilter): Condition[] {
  return [
    ...clear(filter),
    ...filter.words.map(hasWord),
    ...(filter.addresses.length > 0 ? [hasAddress(filter.addresses)] : []),
  ]
}

/** Ids of both tables, since a word may be the event's or a person's. What the columns say may be the better index. */
function candidates(filter: TokenFilter, tenant: string, range: IdRange, condition: Condition): Condition {
  const among = (id: string) => [sql`tenant_id = ${tenant}::uuid`, ...inRange(sql.ref(id), range), condition]
  return sql`
    SELECT e.id FROM events e WHERE ${sql.join([...among('e.id'), ...clear(filter)], sql` AND `)}
    UNION
    SELECT event_id FROM event_subjects WHERE ${sql.join(among('event_id'), sql` AND `)}`
}

function inRange(id: Condition, { from, below }: IdRange): Condition[] {
  return [
    ...(from === undefined ? [] : [sql`${id} >= ${from}::uuid`]),
    ...(below === undefined ? [] : [sql`${id} < ${below}::uuid`]),
  ]
}

function hasWord(word: string): Condition {
  return sql`(e.terms @> ARRAY[${word}::bigint] OR EXISTS (
    SELECT FROM event_subjects s WHERE s.tenant_id = e.tenant_id AND s.event_id = e.id AND s.terms @> ARRAY[${word}::bigint]))`
}

function hasAddress(tokens: readonly Buffer[]): Condition {
  return sql`(e.address_token = ANY (${tokens}::bytea[]) OR EXISTS (
    SELECT FROM event_subjects s WHERE s.tenant_id = e.tenant_id AND s.event_id = e.id
      AND s.address_token = ANY (${tokens}::bytea[])))`
}

/** What stands in the columns. */
function clear(filter: TokenFilter): Condition[] {
  const conditions: Condition[] = []
  const equal = (column: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(sql`${sql.ref(`e.${column}`)} = ${value}`)
  }
  if (filter.kind !== undefined) conditions.push(kinds(filter.kind))
  if (filter.class !== undefined) conditions.push(sql`e.class_uid = ANY (${filter.class}::int[])`)
  if (filter.severity !== undefined) conditions.push(sql`e.severity_id >= ${filter.severity}`)
  equal('outcome', filter.outcome)
  equal('actor_id', filter.actor)
  equal('actor_type', filter.actorType)
  equal('resource_id', filter.target)
  equal('resource_type', filter.targetType)
  equal('application', filter.application)
  equal('reason', filter.reason)
  equal('request_id', filter.requestId)
  if (filter.since !== undefined) conditions.push(sql`e.time >= ${filter.since}`)
  if (filter.until !== undefined) conditions.push(sql`e.time < ${filter.until}`)
  return conditions
}

function kinds(wanted: readonly string[]): Condition {
  const exact = wanted.filter((kind) => !kind.endsWith('.*'))
  const below = wanted
    .filter((kind) => kind.endsWith('.*'))
    .map((kind) => sql`e.kind LIKE ${`${kind.slice(0, -1).replaceAll(/[\\%_]/g, '\\$&')}%`}`)
  return sql`(${sql.join([sql`e.kind = ANY (${exact}::text[])`, ...below], sql` OR `)})`
}
