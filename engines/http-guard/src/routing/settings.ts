import { z } from 'zod'
import { PATH_PATTERN, compilePath } from './pattern.ts'

type Mode = 'off' | 'report' | 'block'

/** Some of an application's operations, and what its gateways do about them. Of a list the first that fits decides. */
export interface RouteRule {
  /** `/orders/{id}`, `/files/**`, `/products*` */
  readonly path: string
  /** Absent: every method. GET is HEAD as well. */
  readonly method?: string | undefined
  /** Needs no session. Absent: as the public paths of the application say, and never where an action is named. */
  readonly public?: boolean | undefined
  /** Action of the application's schema that the caller must be permitted. */
  readonly action?: string | undefined
  /** What is acted on. Absent: `Route::"/orders/{id}"`, the route itself. */
  readonly resource?: RouteResource | undefined
  /** How well the caller must have signed in, and how many seconds ago at most. */
  readonly acr?: 'aal1' | 'aal2' | 'phr' | undefined
  readonly maxAge?: number | undefined
  /** Of `action`, `acr` and `mask`. Absent: `policy.mode`. */
  readonly policy?: Mode | undefined
  /** Absent: as the settings of inspection say. */
  readonly inspection?: Mode | undefined
  /** Absent: `csrf.mode`. */
  readonly csrf?: Mode | undefined
  /** What one request takes of every limit that it counts for, in place of that limit's own cost. */
  readonly cost?: number | undefined
  /** Which fields of an answer in JSON the caller gets to see. */
  readonly mask?: RouteMask | undefined
}

export interface RouteResource {
  /** Type of the application's schema; not one of the directory's. */
  readonly type: string
  readonly id: RouteValue
  readonly attributes?: Readonly<Record<string, RouteValue>> | undefined
}

/** What the request says, and in which form it must be. `long` and `uuid` have one spelling; whatever else is written is refused. */
export type RouteValue = { readonly as?: 'string' | 'long' | 'uuid' | undefined } & (
  | { readonly path: string }
  | { readonly query: string }
  | { readonly value: string }
)

/** The objects of an answer as resources: one object, or each of a list. */
export interface RouteMask {
  /** JSON pointer (RFC 6901) to the object or the list; empty: the whole answer. */
  readonly at: string
  readonly type: string
  /** Member with the id. */
  readonly id: string
  readonly attributes?: Readonly<Record<string, MaskValue>> | undefined
  readonly parents?: readonly { readonly member: string; readonly entity: string }[] | undefined
  /** Action to the members that it lets see. What no action names is never seen. */
  readonly fields: Readonly<Record<string, readonly string[]>>
}

/** A member of an answered object as an attribute; `entity`: it holds the id of an entity of this type. */
export interface MaskValue {
  readonly member: string
  readonly as?: 'string' | 'long' | 'boolean' | undefined
  readonly entity?: string | undefined
}

export interface PolicySettings {
  readonly mode: Mode
  /** What becomes of a path that no route names, once some route names an action. Public paths pass. */
  readonly unmatched: 'refuse' | 'pass'
}

const mode = z.enum(['off', 'report', 'block'])
/** Of Cedar: identifiers, with namespaces. */
const typeName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*$/)
  .refine((type) => !['Person', 'Service', 'Group', 'Role'].includes(type), 'comes from the directory alone')
const entityName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*$/)
const name = z.string().min(1).max(200)
const as = z.enum(['string', 'long', 'uuid']).optional()

const RouteValue: z.ZodType<RouteValue> = z.union([
  z.strictObject({ path: z.string().regex(/^(?:[A-Za-z_][A-Za-z0-9_]{0,63}|\*\*)$/), as }),
  z.strictObject({ query: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/), as }),
  z.strictObject({ value: z.string().max(512), as }),
])

const RouteMask: z.ZodType<RouteMask> = z.strictObject({
  at: z
    .string()
    .max(512)
    .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'a JSON pointer: /items')
    .default(''),
  type: typeName,
  id: name,
  attributes: z
    .record(
      name,
      z.strictObject({
        member: name,
        as: z.enum(['string', 'long', 'boolean']).optional(),
        entity: entityName.optional(),
      }),
    )
    .optional(),
  parents: z
    .array(z.strictObject({ member: name, entity: entityName }))
    .max(20)
    .optional(),
  fields: z
    .record(name, z.array(name).max(200))
    .refine((fields) => Object.keys(fields).length <= 20, 'at most 20 actions'),
})

const RouteRule: z.ZodType<RouteRule> = z
  .strictObject({
    path: z.string().startsWith('/').max(2048).regex(PATH_PATTERN, 'a path: /orders/{id}, /files/**, /products*'),
    method: z
      .string()
      .regex(/^[A-Z][A-Z-]{0,31}$/)
      .optional(),
    public: z.boolean().optional(),
    action: name.optional(),
    resource: z
      .strictObject({ type: typeName, id: RouteValue, attributes: z.record(name, RouteValue).optional() })
      .optional(),
    acr: z.enum(['aal1', 'aal2', 'phr']).optional(),
    maxAge: z.int().min(0).max(86_400_000).optional(),
    policy: mode.optional(),
    inspection: mode.optional(),
    csrf: mode.optional(),
    cost: z.int().min(1).max(10_000).optional(),
    mask: RouteMask.optional(),
  })
  .refine(({ public: open, action, acr, maxAge }) => open !== true || (action ?? acr ?? maxAge) === undefined, {
    error: 'is public, and asks who is there: leave one of them out',
  })
  .refine(({ action, resource }) => resource === undefined || action !== undefined, 'a resource needs an action')
  .refine(({ path, resource }) => namesKnown(path, resource), 'takes a value from a parameter that its path has not')

function namesKnown(path: string, resource: RouteResource | undefined): boolean {
  if (resource === undefined) return true
  const { parameters } = compilePath(path)
  return [resource.id, ...Object.values(resource.attributes ?? {})].every(
    (value) => !('path' in value) || parameters.includes(value.path),
  )
}

export const RouteRules: z.ZodType<readonly RouteRule[]> = z.array(RouteRule).max(500)

export const PolicySettings: z.ZodType<PolicySettings> = z.strictObject({
  mode: mode.default('block'),
  unmatched: z.enum(['refuse', 'pass']).default('refuse'),
})

/** Whether a decision by policies is taken for some route. */
export const namesActions = (rules: readonly RouteRule[]): boolean =>
  rules.some(({ action, mask }) => action !== undefined || mask !== undefined)
