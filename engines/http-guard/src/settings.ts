import { z } from 'zod'
import { EMBEDDER_POLICIES, OPENER_POLICIES, REFERRER_POLICIES, RESOURCE_POLICIES } from './headers/strictness.ts'
import { InspectionSettings } from './inspection.ts'
import { PATH_PATTERN } from './routing/pattern.ts'
import { PolicySettings, type RouteRule, RouteRules } from './routing/settings.ts'
import { UpstreamSettings } from './upstreams.ts'

/** What an application has its gateway (or `protect()` of the SDK) do. One JSON document. */
export interface Protection {
  readonly csrf: CsrfSettings
  readonly headers: HeaderSettings
  readonly csp: CspSettings
  readonly limits: LimitSettings
  readonly addresses: AddressSettings
  readonly inspection: InspectionSettings
  readonly upstreams: UpstreamSettings
  /** What holds for some operations; the first that fits decides. */
  readonly routes: readonly RouteRule[]
  readonly policy: PolicySettings
}

/** `report`: nothing is refused, and an event tells what would have been. */
export type Mode = 'off' | 'report' | 'block'

export interface RouteSettings {
  readonly path: string
  readonly methods?: readonly string[] | undefined
}

export interface CsrfSettings {
  readonly mode: Mode
  /** Pages of sibling subdomains may send requests, too. */
  readonly sameSite: boolean
  /** Full origins whose pages may: `https://app.example`. */
  readonly trustedOrigins: readonly string[]
  /** Requests that carry nothing a browser adds by itself. */
  readonly withoutCookies: 'pass' | 'judge'
  /** Requests that say nothing of where they come from; browsers always do. */
  readonly withoutOrigin: 'pass' | 'refuse'
  /** A session-bound token that the page sends back in `X-CSRF-Token`. */
  readonly doubleSubmit: 'off' | 'required'
  readonly exempt: readonly RouteSettings[]
}

export interface HeaderValues {
  /** `absent`: ours where the application says nothing (or nothing that a browser knows). `stricter`: always the stricter of both. */
  readonly when: 'absent' | 'stricter'
  readonly hsts: {
    readonly maxAgeSeconds: number
    readonly includeSubDomains: boolean
    readonly preload: boolean
  } | null
  readonly contentTypeOptions: boolean
  readonly referrerPolicy: string | null
  readonly frame: 'deny' | 'same-origin' | null
  readonly openerPolicy: string | null
  readonly embedderPolicy: string | null
  readonly resourcePolicy: string | null
  readonly permissions: Readonly<Record<string, readonly string[]>> | null
  /** Removes X-Powered-By and its kin, which tell an attacker what to try. */
  readonly hideServer: boolean
}

export interface HeaderSettings extends HeaderValues {
  /** The first that fits decides; what it does not name is as for all. */
  readonly routes: readonly (RouteSettings & {
    readonly set: { readonly [K in keyof HeaderValues]?: HeaderValues[K] | undefined }
  })[]
}

export interface CspSettings {
  /** `report`: Content-Security-Policy-Report-Only. */
  readonly mode: Mode
  /** The page marks its scripts and styles with the nonce that it is handed with each request (`Holdfast-Csp-Nonce`). */
  readonly nonce: boolean
  /** `sha256-...` of inline scripts that the page holds. */
  readonly hashes: readonly string[]
  /** Trusted Types: DOM sinks take only what a policy has made. */
  readonly trustedTypes: boolean
  /** Directives that replace ours; an empty list makes one without values, null takes ours away. */
  readonly directives: Readonly<Record<string, readonly string[] | null>>
  /** Browsers send their reports to the gateway, which groups them. */
  readonly reports: boolean
}

export interface LimitRule {
  /** Stands in `RateLimit-Policy` and in events. */
  readonly name: string
  /** Absent: every route. */
  readonly route?: RouteSettings | undefined
  /** Whose requests are counted together; `route`: everybody's. `account` and `key` count by address where nobody is known. */
  readonly per: 'address' | 'account' | 'key' | 'route'
  /** So many units in so many seconds; `burst` of them at once (default: all). */
  readonly units: number
  readonly seconds: number
  readonly burst?: number | undefined
  /** What one request takes. */
  readonly cost: number
  /** `process`: each gateway for itself. `shared`: one budget for all gateways, leased in parts. `strict`: asked for at every request. */
  readonly scope: 'process' | 'shared' | 'strict'
}

export interface LimitSettings {
  readonly mode: Mode
  readonly rules: readonly LimitRule[]
  /** `RateLimit` and `RateLimit-Policy` on answers. */
  readonly headers: boolean
  /** Requests under way at once. */
  readonly concurrency: { readonly application: number | null; readonly perClient: number | null }
  /** Refuses part of the requests while the gateway itself is behind by more than this. */
  readonly shedAfterMs: number | null
}

export interface AddressSettings {
  /** Where not empty, nobody else is answered. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

const mode = z.enum(['off', 'report', 'block'])
const route = {
  path: z.string().startsWith('/').max(2048).regex(PATH_PATTERN, 'a path: /orders/{id}, /files/**, /products*'),
  methods: z
    .array(z.string().regex(/^[A-Z][A-Z-]{0,31}$/))
    .min(1)
    .max(20)
    .optional(),
}
const Route: z.ZodType<RouteSettings> = z.strictObject(route)
/** A full origin as browsers send it: no path, no port that the scheme implies. */
const Origin = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/,
    'an origin, as https://a.example',
  )
  .refine((text) => !/^(?:http:.*:80|https:.*:443)$/.test(text), 'without the port that the scheme implies')
const token = z.string().regex(/^[a-z][a-z-]{0,63}$/)
/** No separators: a value must not end its directive (CSP3 section 2.2). */
const source = z.string().regex(/^[\x21-\x2b\x2d-\x3a\x3c-\x7e]{1,300}$/, 'no spaces, commas, semicolons')
const sources = z.array(source).max(100)

/** What is left out has the value that is right for an application of which nothing is known. */
export const CsrfSettings: z.ZodType<CsrfSettings> = z.strictObject({
  mode: mode.default('block'),
  sameSite: z.boolean().default(false),
  trustedOrigins: z.array(Origin).max(100).default([]),
  withoutCookies: z.enum(['pass', 'judge']).default('pass'),
  withoutOrigin: z.enum(['pass', 'refuse']).default('pass'),
  doubleSubmit: z.enum(['off', 'required']).default('off'),
  exempt: z.array(Route).max(100).default([]),
})

const values = {
  when: z.enum(['absent', 'stricter']),
  hsts: z
    .strictObject({
      maxAgeSeconds: z.int().min(0).max(63_072_000),
      includeSubDomains: z.boolean(),
      preload: z.boolean(),
    })
    .nullable(),
  contentTypeOptions: z.boolean(),
  referrerPolicy: z.enum(REFERRER_POLICIES).nullable(),
  frame: z.enum(['deny', 'same-origin']).nullable(),
  openerPolicy: z.enum(OPENER_POLICIES).nullable(),
  embedderPolicy: z.enum(EMBEDDER_POLICIES).nullable(),
  resourcePolicy: z.enum(RESOURCE_POLICIES).nullable(),
  permissions: z.record(token, z.array(z.union([z.literal('self'), z.literal('*'), Origin])).max(20)).nullable(),
  hideServer: z.boolean(),
}

/** Features that hardly any page uses, and that a script of somebody else's should not get to use unseen. */
const off = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
]
const permissions = Object.fromEntries(
  [...off, 'payment', 'serial', 'usb'].map((name): [string, string[]] => [name, []]),
)

export const HeaderSettings: z.ZodType<HeaderSettings> = z.strictObject({
  when: values.when.default('absent'),
  hsts: values.hsts.default({ maxAgeSeconds: 31_536_000, includeSubDomains: false, preload: false }),
  contentTypeOptions: values.contentTypeOptions.default(true),
  referrerPolicy: values.referrerPolicy.default('strict-origin-when-cross-origin'),
  frame: values.frame.default('same-origin'),
  openerPolicy: values.openerPolicy.default('same-origin'),
  embedderPolicy: values.embedderPolicy.default(null),
  resourcePolicy: values.resourcePolicy.default('same-origin'),
  permissions: values.permissions.default(permissions),
  hideServer: values.hideServer.default(true),
  routes: z
    .array(z.strictObject({ ...route, set: z.strictObject(values).partial() }))
    .max(100)
    .default([]),
})

export const CspSettings: z.ZodType<CspSettings> = z.strictObject({
  mode: mode.default('report'),
  nonce: z.boolean().default(false),
  // CSP3 section 2.3.1
  hashes: z
    .array(z.string().regex(/^sha(?:256|384|512)-[A-Za-z0-9+/_-]{43,88}={0,2}$/))
    .max(200)
    .default([]),
  trustedTypes: z.boolean().default(false),
  directives: z.record(token, sources.nullable()).default({}),
  reports: z.boolean().default(true),
})

const LimitRule: z.ZodType<LimitRule> = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  route: Route.optional(),
  per: z.enum(['address', 'account', 'key', 'route']).default('address'),
  units: z.int().min(1).max(1_000_000),
  seconds: z.int().min(1).max(86_400),
  burst: z.int().min(1).max(1_000_000).optional(),
  cost: z.int().min(1).max(10_000).default(1),
  scope: z.enum(['process', 'shared', 'strict']).default('process'),
})

const count = z.int().min(1).max(1_000_000).nullable().default(null)

export const LimitSettings: z.ZodType<LimitSettings> = z
  .strictObject({
    mode: mode.default('block'),
    rules: z.array(LimitRule).max(50).default([]),
    headers: z.boolean().default(true),
    concurrency: z.strictObject({ application: count, perClient: count }).prefault({}),
    shedAfterMs: z.int().min(10).max(10_000).nullable().default(null),
  })
  .refine(({ rules }) => new Set(rules.map(({ name }) => name)).size === rules.length, 'two rules have one name')
  .refine(
    ({ rules }) => rules.every(({ cost, units, burst }) => cost <= (burst ?? units)),
    'a request costs more than its budget',
  )

const Network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])

export const AddressSettings: z.ZodType<AddressSettings> = z.strictObject({
  allow: z.array(Network).max(10_000).default([]),
  deny: z.array(Network).max(10_000).default([]),
})

export const Protection: z.ZodType<Protection> = z.strictObject({
  csrf: CsrfSettings.prefault({}),
  headers: HeaderSettings.prefault({}),
  csp: CspSettings.prefault({}),
  limits: LimitSettings.prefault({}),
  addresses: AddressSettings.prefault({}),
  inspection: InspectionSettings.prefault({}),
  upstreams: UpstreamSettings.prefault({}),
  routes: RouteRules.default([]),
  policy: PolicySettings.prefault({}),
})

/** For an application that nobody has set anything for. */
export const defaultProtection: Protection = Protection.parse({})
