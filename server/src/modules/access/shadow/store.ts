import type { CountedDifference } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { CandidateRow, DifferenceRow } from './types.ts'

type Db = Pick<Transaction, 'kysely'>

const columns = sql`id, policies, schema_text, schema_json, schema_version, live, started_at, started_by_type, started_by_id,
  compared::float8 AS compared, skipped::float8 AS skipped, last_compared_at`

export async function findCandidate(tx: Db, application: string, lock = false): Promise<CandidateRow | undefined> {
  const { rows } = await sql<CandidateRow>`
    SELECT ${columns} FROM policy_candidates WHERE application_id = ${application} ${lock ? sql`FOR UPDATE` : sql``}`.execute(
    tx.kysely(),
  )
  return rows[0]
}

/** Of every application that has one: without the policies. */
export async function listCandidates(tx: Db): Promise<(Omit<CandidateRow, 'policies'> & { application: string })[]> {
  const { rows } = await sql<Omit<CandidateRow, 'policies'> & { application: string }>`
    SELECT application_id AS application, id, schema_text, schema_json, schema_version, live, started_at, started_by_type,
      started_by_id, compared::float8 AS compared, skipped::float8 AS skipped, last_compared_at
    FROM policy_candidates ORDER BY application_id`.execute(tx.kysely())
  return rows
}

export type NewCandidate = Pick<
  CandidateRow,
  'id' | 'policies' | 'schema_text' | 'schema_json' | 'schema_version' | 'live'
> & { readonly application: string; readonly by: Uid; readonly at: Date }

/** Puts it in the place of the one before, whose counts go with it. */
export async function replaceCandidate(tx: Db, row: NewCandidate): Promise<void> {
  await deleteCandidate(tx, row.application)
  const schema = row.schema_json === null ? null : JSON.stringify(row.schema_json)
  await sql`
    INSERT INTO policy_candidates (tenant_id, application_id, id, policies, schema_text, schema_json, schema_version, live,
      started_at, started_by_type, started_by_id)
    VALUES (current_tenant(), ${row.application}, ${row.id}, ${JSON.stringify(row.policies)}::jsonb, ${row.schema_text},
      ${schema}::jsonb, ${row.schema_version}, ${row.live}, ${row.at}, ${row.by.type}, ${row.by.id})`.execute(
    tx.kysely(),
  )
}

export async function deleteCandidate(tx: Db, application: string): Promise<void> {
  await sql`DELETE FROM policy_candidates WHERE application_id = ${application}`.execute(tx.kysely())
}

/** Sorts of differences that are kept of one candidate; what is more is counted under its kind alone. */
const mostSorts = 500
/** Counts stop here rather than fail: an edge may say what it likes. */
const mostCounted = 1e15

/** Adds what was compared. @returns false when that candidate is no more */
export async function addCompared(
  tx: Db,
  application: string,
  { candidate, compared, skipped, at }: { candidate: string; compared: number; skipped: number; at: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE policy_candidates SET compared = least(compared + ${compared}, ${mostCounted}),
      skipped = least(skipped + ${skipped}, ${mostCounted}), last_compared_at = ${at}
    WHERE application_id = ${application} AND id = ${candidate}`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** Adds one sort of difference, with the ids of its last five samples; under the lock that `addCompared` took. */
export async function addDifference(tx: Db, application: string, found: CountedDifference, at: Date): Promise<void> {
  const { kind, action, live, candidate, count, samples } = found
  const add = (named: string, ones: readonly string[], others: readonly string[], onlyKnown: boolean) => sql`
    INSERT INTO candidate_differences AS d (tenant_id, application_id, kind, action, live, candidate, count, samples, last_at)
    SELECT current_tenant(), ${application}, ${kind}, ${named}, ${[...ones]}::text[], ${[...others]}::text[], ${count}::bigint,
      ${[...samples]}::uuid[], ${at}
    WHERE NOT ${onlyKnown} OR (SELECT count(*) FROM candidate_differences WHERE application_id = ${application}) < ${mostSorts}
      OR EXISTS (SELECT FROM candidate_differences WHERE application_id = ${application} AND kind = ${kind}
        AND action = ${named} AND live = ${[...ones]}::text[] AND candidate = ${[...others]}::text[])
    ON CONFLICT (tenant_id, application_id, kind, action, live, candidate) DO UPDATE SET
      count = least(d.count + excluded.count, ${mostCounted}), samples = (excluded.samples || d.samples)[1:5],
      last_at = excluded.last_at`
  const { numAffectedRows } = await add(action, live, candidate, true).execute(tx.kysely())
  if (numAffectedRows === 0n) await add('*', [], [], false).execute(tx.kysely())
}

/** Those that were met most. */
export async function listDifferences(tx: Db, application: string, limit: number): Promise<DifferenceRow[]> {
  const { rows } = await sql<DifferenceRow>`
    SELECT kind, action, live, candidate, count::float8 AS count, samples, last_at FROM candidate_differences
    WHERE application_id = ${application}
    ORDER BY (kind IN ('would_allow', 'would_deny', 'broken')) DESC, count DESC, kind, action LIMIT ${limit}`.execute(
    tx.kysely(),
  )
  return rows
}

export async function countKinds(tx: Db, application: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ kind: string; count: number }>`
    SELECT kind, sum(count)::float8 AS count FROM candidate_differences WHERE application_id = ${application} GROUP BY kind`.execute(
    tx.kysely(),
  )
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]))
}
