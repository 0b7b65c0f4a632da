import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import type { Authoring } from './authoring/authoring.ts'
import { begin, reread, unlessLockedOut } from './begin.ts'
import { errors } from './errors.ts'
import { grantErrors } from './grants/errors.ts'
import { declares, slotsOf } from './grants/give.ts'
import { countGrants } from './grants/store.ts'
import { listRoles } from './roles/store.ts'
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
  // Without a schema there is nothing to validate against: policies are parsed only.
  const checked = parsed.ok && schema !== undefined && schema.schema_text !== ''
  const findings = checked ? await authoring.validate({ [name]: input.text }, schema.schema_text) : []
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
    const grants = existing === undefined ? 0 : await grantsOf(tx, application, existing, parsed.policy)
    if (grants > 0) return refuse(grantErrors.template_in_use, { grants, template: name })
    const { kind, effect, policy } = parsed
    const write = { application, name, kind, text: input.text, parsed: policy, effect, builtin: false, at: now }
    let version = 0
    const kept = await unlessLockedOut(tx, row, async () => {
      version = await writePolicy(tx, { ...write, by: caller.principal })
    })
    if (!kept) return refuse(errors.policy_locks_out)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'policy.written',
      resource: { type: 'Policy', id: `${application}/${name}` },
      application,
      data: {
        version,
        kind,
        effect,
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
    const grants = await grantsOf(tx, application, existing)
    if (grants > 0) return refuse(grantErrors.template_in_use, { grants, template: name })
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

/** How many grants fill a template's slots, when it would lose them. @param next what takes its place */
export async function grantsOf(
  tx: Tx,
  application: string,
  { name, kind, parsed }: PolicyRow,
  next?: unknown,
): Promise<number> {
  if (kind === 'policy') return 0
  const slots = (policy: unknown) => [...slotsOf(policy)].toSorted().join()
  if (next !== undefined && slots(next) === slots(parsed)) return 0
  return (await countGrants(tx, application)).get(`template ${name}`) ?? 0
}

/** Replaces the schema; null: there is none any more, and policies are not validated. Every policy that is there must still validate under the new one. */
export async function putSchema(
  { read, work, authoring, now }: Writing,
  application: string,
  text: string | null,
): Promise<Outcome<ApplicationRow>> {
  const schema = text === null ? noSchema : await authoring.parseSchema(text)
  const checked = await read((tx) => listPolicies(tx, application))
  const texts = Object.fromEntries(checked.map((policy) => [policy.name, policy.text]))
  const findings = schema.ok && text !== null ? await authoring.validate(texts, text) : []
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    if (row.builtin) return refuse(errors.application_builtin)
    if (!schema.ok) return refuse(errors.schema_invalid, {}, { findings: schema.findings })
    if (versionsOf(await listPolicies(tx, application)) !== versionsOf(checked)) return refuse(errors.rules_changed)
    if (findings.some((finding) => finding.severity === 'error')) return refuse(errors.schema_invalid, {}, { findings })
    const roleless = text !== null && !declares({ schema_text: text, schema_json: schema.schema }, 'Role')
    if (roleless && (await listRoles(tx, application)).length > 0) return refuse(grantErrors.role_schema)
    const version = await writeSchema(tx, application, text ?? '', schema.schema, now)
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'schema.written',
      resource: { type: 'Application', id: application },
      application,
      data: { version },
    })
    return ok(await reread(tx, application))
  })
}

/** What an application without a schema has. */
export const noSchema = { ok: true, schema: {} } as const

function versionsOf(policies: readonly PolicyRow[]): string {
  return policies.map(({ name, version, updated_at: at }) => `${name} ${version} ${at.getTime()}`).join('\n')
}
