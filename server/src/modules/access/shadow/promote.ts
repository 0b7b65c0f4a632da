import type { Finding } from '@holdfast/policy/authoring'
import { type Outcome, ok, refuse, type Refused } from '../../../platform/outcome.ts'
import type { Caller, Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin, reread } from '../begin.ts'
import { errors } from '../errors.ts'
import { grantErrors } from '../grants/errors.ts'
import { declares } from '../grants/give.ts'
import { grantsOf, type Writing } from '../policies.ts'
import { listRoles } from '../roles/store.ts'
import {
  deletePolicy,
  findApplication,
  listPolicies,
  type PolicyRow,
  touchApplications,
  writePolicy,
  writeSchema,
} from '../store.ts'
import { validated } from './check.ts'
import { shadowErrors } from './errors.ts'
import { liveVersion } from './live.ts'
import { countKinds, deleteCandidate, findCandidate } from './store.ts'
import type { CandidateRow } from './types.ts'

/** What whoever promotes has looked at. */
export interface Promotion {
  /** id of the candidate */
  readonly candidate: string
  /** what was live: see `liveVersion` */
  readonly live: string
}

export interface Promoted {
  readonly written: readonly string[]
  readonly deleted: readonly string[]
  readonly unchanged: number
  readonly live: string
}

/**
 * Makes the candidate live, whole: its policies become versions of the live ones, what it has not is deleted, in one transaction.
 * @returns `conflict` when the candidate or what is live is another than was looked at (409): of two promotions, and of a promotion and
 *   a change of a policy, one wins
 */
export async function promoteCandidate(
  { read, work, authoring, now }: Writing,
  caller: Caller,
  application: string,
  expected: Promotion,
): Promise<Outcome<Promoted>> {
  const before = await read(async (tx) => ({
    row: await findApplication(tx, application),
    candidate: await findCandidate(tx, application),
  }))
  const findings = await stillValid(before.row, before.candidate)
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    const candidate = await findCandidate(tx, application, true)
    if (candidate === undefined) return refuse(shadowErrors.candidate_not_found, { application })
    if (candidate.id !== expected.candidate) {
      return refuse(shadowErrors.candidate_changed, { current: candidate.id, expected: expected.candidate })
    }
    const policies = await listPolicies(tx, application)
    const live = liveVersion(row, policies)
    if (live !== expected.live) {
      return refuse(shadowErrors.candidate_live_changed, { current: live, expected: expected.live })
    }
    if (row.schema_version !== before.row?.schema_version || before.candidate?.id !== candidate.id) {
      return refuse(errors.rules_changed)
    }
    if (findings.length > 0) return refuse(shadowErrors.candidate_invalid, {}, { findings })
    const lost = await wouldLose(tx, application, candidate, policies)
    if (lost !== undefined) return lost
    const differences = await countKinds(tx, application)
    const changed = await write(tx, application, candidate, policies, { by: caller.principal, at: now })
    const schema = await writeNewSchema(tx, application, candidate, row.schema_text, now)
    await deleteCandidate(tx, application)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'candidate.promoted',
      resource: { type: 'Application', id: application },
      application,
      data: {
        candidate: candidate.id,
        written: changed.written.slice(0, 100),
        deleted: changed.deleted.slice(0, 100),
        unchanged: changed.unchanged,
        schema,
        compared: candidate.compared,
        differences,
      },
    })
    return ok({ ...changed, live: liveVersion(await reread(tx, application), await listPolicies(tx, application)) })
  })

  /** It was validated when it was started; the live schema may be another since. */
  async function stillValid(
    row: { readonly schema_text: string; readonly schema_version: number } | undefined,
    candidate: CandidateRow | undefined,
  ): Promise<readonly Finding[]> {
    if (row === undefined || candidate === undefined || candidate.schema_text !== null) return []
    if (row.schema_version === candidate.schema_version) return []
    const found = await validated(candidate.policies, row.schema_text, authoring)
    return found.filter(({ severity }) => severity === 'error')
  }
}

/** Refuses what a write of the same policies and schema, one by one, would refuse: what grants and roles lean on stays. */
async function wouldLose(
  tx: Tx,
  application: string,
  { policies, schema_text: text, schema_json: json }: CandidateRow,
  live: readonly PolicyRow[],
): Promise<Refused | undefined> {
  const next = new Map(policies.map(({ name, parsed }) => [name, parsed]))
  for (const policy of live) {
    const grants = await grantsOf(tx, application, policy, next.get(policy.name))
    if (grants > 0) return refuse(grantErrors.template_in_use, { grants, template: policy.name })
  }
  if (text === null || declares({ schema_text: text, schema_json: json ?? {} }, 'Role')) return undefined
  return (await listRoles(tx, application)).length > 0 ? refuse(grantErrors.role_schema) : undefined
}

async function write(
  tx: Tx,
  application: string,
  candidate: CandidateRow,
  live: readonly PolicyRow[],
  { by, at }: { readonly by: Uid; readonly at: Date },
): Promise<Omit<Promoted, 'live'>> {
  const known = new Map(live.map((policy) => [policy.name, policy]))
  const wanted = new Set(candidate.policies.map(({ name }) => name))
  const written: string[] = []
  const deleted: string[] = []
  for (const policy of candidate.policies) {
    const { name, kind, text, effect, parsed } = policy
    const existing = known.get(name)
    if (existing?.text === text) continue
    const version = await writePolicy(tx, { application, name, kind, text, parsed, effect, builtin: false, by, at })
    written.push(name)
    await tx.record({
      kind: 'policy.written',
      resource: { type: 'Policy', id: `${application}/${name}` },
      application,
      data: {
        version,
        effect,
        candidate: candidate.id,
        text: text.slice(0, 4000),
        before: existing?.text.slice(0, 4000) ?? null,
      },
    })
  }
  for (const { name, version, text } of live) {
    if (wanted.has(name)) continue
    await deletePolicy(tx, application, name)
    deleted.push(name)
    await tx.record({
      kind: 'policy.deleted',
      resource: { type: 'Policy', id: `${application}/${name}` },
      application,
      data: { version, candidate: candidate.id, text: text.slice(0, 4000) },
    })
  }
  return { written, deleted, unchanged: candidate.policies.length - written.length }
}

/** @returns the version written; null where the live schema stays */
async function writeNewSchema(
  tx: Tx,
  application: string,
  { schema_text: text, schema_json: json, id }: CandidateRow,
  live: string,
  at: Date,
): Promise<number | null> {
  if (text === null || text === live) return null
  const version = await writeSchema(tx, application, text, json, at)
  await tx.record({
    kind: 'schema.written',
    resource: { type: 'Application', id: application },
    application,
    data: { version, candidate: id },
  })
  return version
}
