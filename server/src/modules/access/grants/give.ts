import type { Clock } from '../../../platform/clock.ts'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import { begin, unlessLockedOut } from '../begin.ts'
import { errors } from '../errors.ts'
import { listRoles } from '../roles/store.ts'
import { isOfDirectory } from '../standing.ts'
import { type ApplicationRow, findPolicy, touchApplications } from '../store.ts'
import type { GrantSource } from '../world/types.ts'
import { grantErrors } from './errors.ts'
import { type GrantRow, overlapping, recordGrant } from './store.ts'

export interface GrantTools {
  readonly clock: Clock
  readonly random: Random
  /** of the reasons */
  readonly reasons: EncryptedColumn
  /** whether the directory knows this person (disabled or not), service or group */
  readonly knows: (tx: Tx, principal: Uid) => Promise<boolean>
}

export function reasonsColumn(keys: Pick<Keyring, 'encrypted'>): EncryptedColumn {
  return keys.encrypted({ table: 'grants', column: 'reason', purpose: 'access' })
}

export const reasonRow = ({ id, version }: { readonly id: string; readonly version: number }): string =>
  `${id}/${version}`

export interface NewGrant {
  readonly principal: Uid
  /** a role, or a template with its resource */
  readonly role?: string | null | undefined
  readonly template?: string | null | undefined
  readonly resource?: Uid | null | undefined
  /** now, when not said; in the past it says that it has held since then */
  readonly validFrom?: Date | undefined
  /** without end, when not said */
  readonly validTo?: Date | null | undefined
  readonly reason: string
  readonly source?: GrantSource | undefined
  readonly sourceId?: string | undefined
}

/**
 * Gives somebody a role, or fills the slots of a template; with its event and the epoch. Whether the caller may was asked before.
 * @returns the grant; `application_not_found`, `roles_unknown`, `grant_template`, `grant_principal_unknown`, `grant_time`,
 * `grant_exists`, `policy_locks_out`
 */
export async function giveGrant(
  tx: Tx,
  tools: GrantTools,
  application: string,
  { principal, role = null, template = null, resource = null, ...given }: NewGrant,
): Promise<Outcome<GrantRow>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const now = tools.clock.now()
  const { validFrom = now, validTo = null, reason, source = 'direct', sourceId = null } = given
  if (validTo !== null && validTo <= validFrom) return refuse(grantErrors.grant_time)
  const unfit = await whatDoesNotFit(tx, tools, row, { principal, role, template, resource })
  if (unfit !== undefined) return unfit
  const what = { application, principal, role, template, resource, validFrom, validTo, source }
  const there = await overlapping(tx, what)
  if (there !== undefined) return refuse(grantErrors.grant_exists, { grant: there })
  const id = tools.random.id()
  const sealed = await tools.reasons.close(tx, reasonRow({ id, version: 1 }), reason)
  const recorded: GrantRow[] = []
  const kept = await unlessLockedOut(tx, row, async () => {
    recorded.push(await recordGrant(tx, { ...what, id, version: 1, sourceId, reason: sealed }))
  })
  const [written] = recorded
  if (!kept || written === undefined) return refuse(errors.policy_locks_out)
  await touchApplications(tx, epoch, application)
  await tx.record({ kind: 'grant.created', ...toldOf(written, application), data: { ...dataOf(written), reason } })
  return ok(written, { status: 201 })
}

async function whatDoesNotFit(
  tx: Tx,
  tools: GrantTools,
  row: ApplicationRow,
  {
    principal,
    role,
    template,
    resource,
  }: Pick<NewGrant, 'principal'> & {
    readonly role: string | null
    readonly template: string | null
    readonly resource: Uid | null
  },
): Promise<Refused | undefined> {
  const unknown = await principalProblem(tx, tools, row, principal)
  if (unknown !== undefined) return unknown
  if (role !== null) {
    const roles = await listRoles(tx, row.id)
    return roles.some(({ id }) => id === role)
      ? undefined
      : refuse(grantErrors.roles_unknown, { application: row.id, role })
  }
  const unfit = (problem: string) => refuse(grantErrors.grant_template, { template: template ?? '', problem })
  const policy = await findPolicy(tx, row.id, template ?? '')
  if (policy?.kind !== 'template') return unfit('there is no template of this name')
  const slots = slotsOf(policy.parsed)
  if (!slots.has('?principal')) return unfit('it has no slot ?principal')
  if (slots.has('?resource') !== (resource !== null)) {
    return unfit(resource === null ? 'it needs a resource' : 'it has no slot ?resource')
  }
  return resource === null || declares(row, resource.type)
    ? undefined
    : unfit(`the schema has no entity type ${resource.type}`)
}

/** Why nothing can be given to it: the directory does not know it, or the schema not its type. */
export async function principalProblem(
  tx: Tx,
  { knows }: Pick<GrantTools, 'knows'>,
  row: ApplicationRow,
  principal: Uid,
): Promise<Refused | undefined> {
  const known = isOfDirectory(principal)
    ? await knows(tx, principal)
    : principal.type !== 'Role' && !/(^|::)Action$/.test(principal.type) && declares(row, principal.type)
  return known ? undefined : refuse(grantErrors.grant_principal_unknown, { type: principal.type, id: principal.id })
}

/** Whether the schema knows the type; without a schema every type is one. */
export function declares(
  {
    schema_text: text,
    schema_json: json,
  }: { readonly schema_text: string; readonly schema_json: Readonly<Record<string, unknown>> },
  type: string,
): boolean {
  if (text === '') return true
  const cut = type.lastIndexOf('::')
  const [namespace, name] = cut < 0 ? ['', type] : [type.slice(0, cut), type.slice(cut + 2)]
  const { entityTypes = {} } = (json[namespace] ?? {}) as { readonly entityTypes?: object }
  return Object.hasOwn(entityTypes, name)
}

/** The slots in the scope of a policy in Cedar's JSON form. */
export function slotsOf(parsed: unknown): ReadonlySet<string> {
  const { principal, resource } = parsed as Record<
    string,
    { readonly slot?: unknown; readonly in?: { readonly slot?: unknown } }
  >
  const slots = [principal?.slot, principal?.in?.slot, resource?.slot, resource?.in?.slot]
  return new Set(slots.filter((slot) => typeof slot === 'string'))
}

/** Whom an event about a grant is about. */
export function toldOf(row: GrantRow, application: string): { readonly resource: Uid; readonly application: string } {
  return { resource: { type: row.principal_type, id: row.principal_id }, application }
}

/** What an event says of a grant. */
export function dataOf(row: GrantRow): Readonly<Record<string, unknown>> {
  const onto = row.resource_type === null ? '' : ` on ${row.resource_type}::${JSON.stringify(row.resource_id)}`
  const privilege = row.role_id === null ? `template ${row.template}${onto}` : `role ${row.role_id}`
  return {
    privileges: [privilege],
    grant: row.id,
    version: row.version,
    source: row.source,
    validFrom: row.valid_from.toISOString(),
    validTo: row.valid_to?.toISOString() ?? null,
  }
}
