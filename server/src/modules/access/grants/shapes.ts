import { z } from 'zod'
import { Uid } from '../shapes.ts'
import type { Role } from '../world/types.ts'
import type { GrantRow } from './store.ts'

export const RoleId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,99}$/, 'a letter, then letters, digits, _ . : or -, at most 100')

const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((text) => !/\p{C}/u.test(text), 'no control characters')

const roleParts = {
  name: line(200).min(1).optional(),
  description: line(2000).optional(),
  parents: z.array(RoleId).max(100).optional(),
}

export const NewRole = z.strictObject({ id: RoleId, ...roleParts })
export const RoleChange = z.strictObject(roleParts)

export const RoleShape = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    parents: z.array(z.string()),
    builtin: z.boolean(),
    /** that are not over */
    grants: z.int(),
  })
  .meta({ id: 'Role' })

export const RoleSetShape = z.strictObject({
  roles: z.array(NewRole).max(1000),
  grants: z
    .array(z.strictObject({ role: RoleId, principal: Uid }))
    .max(20_000)
    .optional(),
})

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

export const Reason = line(2000).min(1)

export const NewGrantShape = z
  .strictObject({
    principal: Uid,
    role: RoleId.optional(),
    template: z.string().min(1).max(100).optional(),
    resource: Uid.optional(),
    validFrom: time.optional(),
    validTo: time.nullable().optional(),
    reason: Reason,
  })
  .refine(({ role, template }) => (role === undefined) !== (template === undefined), 'a role or a template')
  .refine(({ role, resource }) => role === undefined || resource === undefined, 'a role has no resource')

export const GrantCorrection = z.strictObject({
  validFrom: time.optional(),
  validTo: time.nullable().optional(),
  reason: Reason,
  expectedVersion: z.int().positive().optional(),
})

export const GrantEnd = z.strictObject({
  at: time.optional(),
  reason: Reason,
  expectedVersion: z.int().positive().optional(),
})

/** `Type::id` or `Type::"id"`, as people write them. */
export const uidText = z
  .string()
  .max(1300)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*::/, 'Type::id')
  .transform((text, context) => {
    const quoted = /^(.*?)::(".*")$/s.exec(text)
    if (quoted === null) {
      const cut = text.lastIndexOf('::')
      return { type: text.slice(0, cut), id: text.slice(cut + 2) }
    }
    try {
      return { type: quoted[1] ?? '', id: JSON.parse(quoted[2] ?? '') as string }
    } catch {
      context.addIssue({ code: 'custom', message: 'the id is not a string of Cedar' })
      return z.NEVER
    }
  })

/** As it was at a moment of the past. */
export const moments = {
  at: time.optional(),
  recordedAt: time.optional(),
}

export const GrantsQuery = z.object({
  principal: uidText.optional(),
  role: RoleId.optional(),
  template: z.string().max(100).optional(),
  resource: uidText.optional(),
  ...moments,
  /** those that are over as well */
  all: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.uuid().optional(),
})

const Principal = z.object({ type: z.string(), id: z.string() })

export const GrantShape = z
  .object({
    id: z.string(),
    version: z.int(),
    principal: Principal,
    role: z.string().nullable(),
    template: z.string().nullable(),
    resource: Principal.nullable(),
    validFrom: z.iso.datetime(),
    validTo: z.iso.datetime().nullable(),
    inForce: z.boolean(),
    source: z.enum(['direct', 'elevation', 'break_glass', 'import']),
    sourceId: z.string().nullable(),
    /** null: the key that it was encrypted with was destroyed */
    reason: z.string().nullable(),
    recordedFrom: z.iso.datetime(),
    recordedTo: z.iso.datetime().nullable(),
    /** who gave it, or changed it last; null: Holdfast itself */
    recordedBy: Principal.nullable(),
  })
  .meta({ id: 'Grant' })

export function showRole(role: Role, grants: ReadonlyMap<string, number>): z.input<typeof RoleShape> {
  const { id, name, description, parents, builtin } = role
  return { id, name, description, parents: [...parents], builtin, grants: grants.get(`role ${id}`) ?? 0 }
}

export function showGrant(row: GrantRow, reason: string | null, now: Date): z.input<typeof GrantShape> {
  return {
    id: row.id,
    version: row.version,
    principal: { type: row.principal_type, id: row.principal_id },
    role: row.role_id,
    template: row.template,
    resource:
      row.resource_type === null || row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id },
    validFrom: row.valid_from.toISOString(),
    validTo: row.valid_to?.toISOString() ?? null,
    inForce:
      row.recorded_to === null &&
      row.valid_from <= now &&
      (row.valid_to === null || (row.valid_to > now && row.valid_to > row.recorded_from)),
    source: row.source,
    sourceId: row.source_id,
    reason,
    recordedFrom: row.recorded_from.toISOString(),
    recordedTo: row.recorded_to?.toISOString() ?? null,
    recordedBy: actorOf(row.recorded_by),
  }
}

/** `Person/<id>` as a uid. */
export function actorOf(text: string | null): { readonly type: string; readonly id: string } | null {
  if (text === null) return null
  const cut = text.indexOf('/')
  return { type: text.slice(0, cut), id: text.slice(cut + 1) }
}
