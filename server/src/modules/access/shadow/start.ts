import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Work } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { errors } from '../errors.ts'
import type { Writing } from '../policies.ts'
import { type ApplicationRow, findApplication, listPolicies, touchApplications } from '../store.ts'
import { checkPolicies, type GivenPolicies } from './check.ts'
import { shadowErrors } from './errors.ts'
import { liveVersion } from './live.ts'
import { countKinds, deleteCandidate, findCandidate, replaceCandidate } from './store.ts'
import type { CandidateRow } from './types.ts'

export interface CandidateInput extends GivenPolicies {
  /** compare-and-set: the id of the candidate to be replaced, null where there must be none; undefined writes always */
  readonly expected?: string | null | undefined
}

export interface Started {
  readonly row: ApplicationRow
  readonly candidate: CandidateRow
  /** of now */
  readonly live: string
}

/** Lets policies decide beside the live ones, instead of those that did. Counting begins anew. */
export async function startCandidate(
  { read, work, authoring, now, random }: Writing & { readonly random: Random },
  caller: Caller,
  application: string,
  input: CandidateInput,
): Promise<Outcome<Started>> {
  const before = await read((tx) => findApplication(tx, application))
  const checked = before === undefined ? undefined : await checkPolicies(input, before.schema_text, authoring)
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined || checked === undefined) return refuse(errors.application_not_found, { application })
    if (row.builtin) return refuse(errors.application_builtin)
    const existing = await findCandidate(tx, application, true)
    const { expected } = input
    if (expected !== undefined && expected !== (existing?.id ?? null)) {
      const words = { current: existing?.id ?? 'none', expected: expected ?? 'none' }
      return refuse(shadowErrors.candidate_changed, words)
    }
    if (!checked.ok) return refuse(shadowErrors.candidate_invalid, {}, { findings: checked.findings })
    if (row.schema_version !== before?.schema_version) return refuse(errors.rules_changed)
    const live = liveVersion(row, await listPolicies(tx, application))
    await replaceCandidate(tx, {
      application,
      id: random.id(),
      policies: checked.policies,
      schema_text: input.schema ?? null,
      schema_json: checked.schemaJson,
      schema_version: row.schema_version,
      live,
      by: caller.principal,
      at: now,
    })
    const candidate = await findCandidate(tx, application)
    if (candidate === undefined) throw new Error('the candidate vanished in its own transaction')
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'candidate.started',
      resource: { type: 'Application', id: application },
      application,
      data: {
        candidate: candidate.id,
        policies: checked.policies.length,
        names: checked.policies.slice(0, 100).map(({ name }) => name),
        schema: input.schema !== undefined,
        replaces: existing?.id ?? null,
      },
    })
    return ok({ row, candidate, live }, { status: existing === undefined ? 201 : 200 })
  })
}

export async function stopCandidate(work: Work, application: string): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    const candidate = await findCandidate(tx, application, true)
    if (candidate === undefined) return refuse(shadowErrors.candidate_not_found, { application })
    const differences = await countKinds(tx, application)
    await deleteCandidate(tx, application)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'candidate.stopped',
      resource: { type: 'Application', id: application },
      application,
      data: { candidate: candidate.id, compared: candidate.compared, skipped: candidate.skipped, differences },
    })
    return ok({ deleted: true })
  })
}
