import { z } from 'zod'
import { slotsOf } from './grants/give.ts'
import type { ApplicationRow, PolicyRow } from './store.ts'

export const ApplicationId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a lower-case letter, then letters, digits or dashes')
  .meta({ description: 'Slug of an application' })

/** A host as the Host header names it: a name or an address, and a port when it is not the scheme's own. */
const Host = z
  .string()
  .toLowerCase()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/,
    'a host name, with :port when needed',
  )

/** Where a gateway forwards to: an origin, no path. */
const Upstream = z
  .string()
  .max(300)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text,
    'an http or https origin without a path',
  )

const PublicPath = z
  .string()
  .max(300)
  .regex(/^\/[^\s?#\\*]*\*?$/, 'a path, or a prefix that ends with *')

const Routing = {
  hosts: z.array(Host).max(50),
  upstream: z
    .union([
      Upstream,
      z
        .array(Upstream)
        .min(1)
        .max(32)
        .refine((list) => new Set(list).size === list.length, 'one of them comes twice'),
    ])
    .nullable()
    .meta({ description: 'an origin, or several among which the gateway chooses' }),
  publicPaths: z.array(PublicPath).max(200),
  limits: z.strictObject({
    bodyBytes: z
      .int()
      .min(0)
      .max(1024 ** 3),
    requestTimeoutMs: z.int().min(100).max(3_600_000),
  }),
}

const typeName = /^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*$/

export const NewApplication = z.strictObject({
  id: ApplicationId,
  name: z.string().trim().min(1).max(100),
  hosts: Routing.hosts.optional(),
  upstream: Routing.upstream.optional(),
  publicPaths: Routing.publicPaths.optional(),
  limits: Routing.limits.optional(),
  /** Cedar; null: none, so that policies are parsed and not validated */
  schema: z
    .string()
    .min(1)
    .max(256 * 1024)
    .nullable()
    .optional(),
})

export const ApplicationChange = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  hosts: Routing.hosts.optional(),
  upstream: Routing.upstream.optional(),
  publicPaths: Routing.publicPaths.optional(),
  limits: Routing.limits.optional(),
  /** types of stored entities that travel to SDKs */
  bundledTypes: z.array(z.string().regex(typeName)).max(100).optional(),
})

const Edge = z.object({
  service: z.string(),
  kind: z.enum(['sdk', 'gateway']),
  lastSeenAt: z.iso.datetime(),
  /** what it holds; a gateway counts the changes of routing, an SDK those of the application */
  epoch: z.int(),
  upToDate: z.boolean(),
})

export const Application = z
  .object({
    id: z.string(),
    name: z.string(),
    hosts: z.array(z.string()),
    /** the first of them */
    upstream: z.string().nullable(),
    upstreams: z.array(z.string()),
    publicPaths: z.array(z.string()),
    limits: z.object({ bodyBytes: z.int(), requestTimeoutMs: z.int() }),
    epoch: z.int(),
    policies: z.int(),
    /** whether every policy was validated against the schema; false without one */
    validated: z.boolean(),
    bundledTypes: z.array(z.string()),
    builtin: z.boolean(),
    createdAt: z.iso.datetime(),
    edges: z.array(Edge),
  })
  .meta({ id: 'Application' })

export const Policy = z
  .object({
    name: z.string(),
    kind: z.enum(['policy', 'template']),
    /** of a template, what its grants fill */
    slots: z.array(z.string()),
    text: z.string(),
    version: z.int(),
    builtin: z.boolean(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.object({ type: z.string(), id: z.string() }).nullable(),
    effect: z.enum(['permit', 'forbid']),
  })
  .meta({ id: 'Policy' })

const Position = z.object({ line: z.int(), column: z.int(), offset: z.int() })

export const Findings = z.array(
  z.object({
    policy: z.string().nullable(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    help: z.string().nullable(),
    start: Position.nullable(),
    end: Position.nullable(),
  }),
)

/** An application without a schema has the empty text. */
export const SchemaText = z.object({ text: z.string(), version: z.int(), updatedAt: z.iso.datetime() })

export const Uid = z.strictObject({ type: z.string().min(1).max(200), id: z.string().max(1000) })

/** Something that a policy needed and that was not there: a group or role that could be asked for, an attribute that nobody gave. */
const Missing = z.discriminatedUnion('what', [
  z.object({ what: z.literal('membership'), of: Uid, in: z.array(Uid).readonly() }),
  z.object({ what: z.enum(['attribute', 'tag']), of: Uid.nullable(), name: z.string() }),
  z.object({ what: z.literal('entity'), of: Uid }),
])

const Nearest = z.object({
  policy: z.string(),
  /** when the policy is a link of one */
  template: z.string().optional(),
  failed: z.string(),
  /** what the attributes in the condition are, written for people */
  values: z.record(z.string(), z.string()).optional(),
  missing: Missing.optional(),
})

export const Explanation = z.object({
  decision: z.enum(['allow', 'deny']),
  reasons: z.array(z.object({ policy: z.string() })),
  errors: z.array(z.object({ policy: z.string(), message: z.string() })),
  explanation: z.object({
    text: z.string(),
    nearest: Nearest.nullable(),
  }),
})

export type EdgesOf = ReadonlyMap<string, readonly z.infer<typeof Edge>[]>

export function showApplication(row: ApplicationRow, edges: EdgesOf): z.input<typeof Application> {
  return {
    id: row.id,
    name: row.name,
    hosts: row.hosts,
    upstream: row.upstream,
    upstreams: row.upstream === null ? [] : [row.upstream, ...row.further_upstreams],
    publicPaths: row.public_paths,
    limits: { bodyBytes: row.body_limit_bytes, requestTimeoutMs: row.request_timeout_ms },
    epoch: row.epoch,
    policies: row.policies,
    validated: row.schema_text !== '',
    bundledTypes: row.bundled_types,
    builtin: row.builtin,
    createdAt: row.created_at.toISOString(),
    edges: [...(edges.get(row.id) ?? [])],
  }
}

export function showPolicy(row: PolicyRow): z.input<typeof Policy> {
  return {
    name: row.name,
    kind: row.kind,
    slots: [...slotsOf(row.parsed)],
    text: row.text,
    version: row.version,
    builtin: row.builtin,
    updatedAt: row.updated_at.toISOString(),
    updatedBy:
      row.updated_by_type === null || row.updated_by_id === null
        ? null
        : { type: row.updated_by_type, id: row.updated_by_id },
    effect: row.effect,
  }
}
