import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { nextEpoch } from '../../platform/epoch.ts'
import type { Authoring } from './authoring/authoring.ts'
import { errors } from './errors.ts'
import { leavesWayBack } from './lockout.ts'
import {
  type ApplicationRow,
  deletePolicy,
  findApplication,
  findPolicy,
  listPolicies,
  type PolicyRow,
  touchApplications,
  writePolicy,
  writeSchema,
} from './store.ts'

export interface PolicyInput {
  readonly text: string
  /** compare-and-set: 0 creates only; undefined writes always */
  readonly expectedVersion?: number | undefined
}

/** Locks the application for a change of its rules: writers of one application come one after the other. */
async function begin(tx: Tx, application: string): Promise<{ epoch: number; row: ApplicationRow | undefined }> {
  const epoch = await nextEpoch(tx)
  return { epoch, row: await findApplication(tx, application, true) }
}

export interface Writing {
  readonly read: Read
  readonly work: Work
  readonly authoring: Authoring
  readonly now: Date
}

/**
 * Writes one policy, validated strictly against the schema of its application: before the transaction, since it may take
 * seconds, and whoever else changes the tenant's rules would wait for it.
 */
export async function putPolicy(
  { read, work, authoring, now }: Writing,
  caller: Caller,
  application: string,
  name: string,
  input: PolicyInput,
): Promise<Outcome<PolicyRow>> {
  const parsed = await authoring.parsePolicy(name, input.text)
  const schema = await read((tx) => findApplication(tx, application))
  const findings =
    parsed.ok && schema !== undefined ? await authoring.validate({ [name]: input.text }, schema.schema_text) : []
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    const existing = await findPolicy(tx, application, name)
    if (existing?.builtin === true) return refuse(errors.policy_builtin, { policy: name })
    const current = existing?.version ?? 0
    if (input.expectedVersion !== undefined && input.expectedVersion !== current) {
      return refuse(errors.policy_version_conflict, { current, expected: input.expectedVersion })
    }
    if (!parsed.ok) return refuse(errors.policy_invalid, {}, { findings: parsed.findings })
    if (schema?.schema_version !== row.schema_version) return refuse(errors.rules_changed)
    if (findings.some((finding) => finding.severity === 'error')) return refuse(errors.policy_invalid, {}, { findings })
    if (row.builtin) {
      const others = (await listPolicies(tx, application)).filter((policy) => policy.name !== name)
      const together = [...others, { name, kind: parsed.kind, parsed: parsed.policy }]
      if (!leavesWayBack(together, row.schema_json, application)) return refuse(errors.policy_locks_out)
    }
    const version = await writePolicy(tx, {
      application,
      name,
      kind: parsed.kind,
      text: input.text,
      parsed: parsed.policy,
      effect: parsed.effect,
      builtin: false,
      by: caller.principal,
      at: now,
    })
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'policy.written',
      resource: { type: 'Policy', id: `${application}/${name}` },
      application,
      data: {
        version,
        effect: parsed.effect,
        text: input.text.slice(0, 4000),
        before: existing?.text.slice(0, 4000) ?? null,
      },
    })
    const written = await findPolicy(tx, application, name)
    if (written === undefined) throw new Error('the policy vanished in its own transaction')
    return ok(written, { status: existing === undefined ? 201 : 200 })
  })
}

export async function removePolicy(work: Work, application: string, name: string): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    const existing = await findPolicy(tx, application, name)
    if (existing === undefined) return refuse(errors.policy_not_found, { application, policy: name })
    if (existing.builtin) return refuse(errors.policy_builtin, { policy: name })
    await deletePolicy(tx, application, name)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'policy.deleted',
      resource: { type: 'Policy', id: `${application}/${name}` },
      application,
      data: { version: existing.version, text: existing.text.slice(0, 4000) },
    })
    return ok({ deleted: true })
  })
}

/** Replaces the schema; every policy that is there must still validate under the new one. */
export async function putSchema(
  { read, work, authoring, now }: Writing,
  application: string,
  text: string,
): Promise<Outcome<ApplicationRow>> {
  const schema = await authoring.parseSchema(text)
  const checked = await read((tx) => listPolicies(tx, application))
  const texts = Object.fromEntries(checked.map((policy) => [policy.name, policy.text]))
  const findings = schema.ok ? await authoring.validate(texts, text) : []
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    if (row.builtin) return refuse(errors.application_builtin)
    if (!schema.ok) return refuse(errors.schema_invalid, {}, { findings: schema.findings })
    if (versionsOf(await listPolicies(tx, application)) !== versionsOf(checked)) return refuse(errors.rules_changed)
    if (findings.some((finding) => finding.severity === 'error')) return refuse(errors.schema_invalid, {}, { findings })
    const version = await writeSchema(tx, application, text, schema.schema, now)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'schema.written',
      resource: { type: 'Application', id: application },
      application,
      data: { version },
    })
    const written = await findApplication(tx, application)
    if (written === undefined) throw new Error('the application vanished in its own transaction')
    return ok(written)
  })
}

function versionsOf(policies: readonly PolicyRow[]): string {
  return policies.map(({ name, version, updated_at: at }) => `${name} ${version} ${at.getTime()}`).join('\n')
}
