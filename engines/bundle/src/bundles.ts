import { ApplicationId, Reference } from '@holdfast/events'
import { Protection } from '@holdfast/http-guard'
import { z } from 'zod'
import { checkIssuedAt, checkSame, parseClaims } from './claims.ts'
import { ALL_APPLICATIONS, TOKEN_TYPES } from './constants.ts'
import { type SigningKey, signJws, verifyJws } from './jws.ts'
import { GatewayKey } from './keys.ts'
import type { SignedExpectation } from './lease.ts'
import { TokenTrust } from './tokens/access-token.ts'

/** A Cedar entity in Cedar's JSON form. */
export interface EntityJson {
  readonly uid: Reference
  readonly attrs: Readonly<Record<string, unknown>>
  readonly parents: readonly Reference[]
  readonly tags?: Readonly<Record<string, unknown>> | undefined
}

/** A link of a template in Cedar's JSON form. */
export interface TemplateLinkJson {
  readonly templateId: string
  readonly newId: string
  /** `?principal`, `?resource` */
  readonly values: Readonly<Record<string, Reference>>
}

/**
 * A grant that begins or ends: either a link of a template, or a parent that somebody has (a role). It counts from `from`
 * on (null: already) and no longer at `until` (null: without end); whole milliseconds since 1970, unlike the seconds of tokens.
 */
export interface TimedGrant {
  readonly from: number | null
  readonly until: number | null
  readonly link?: TemplateLinkJson | undefined
  readonly membership?: { readonly child: Reference; readonly parent: Reference } | undefined
}

/** Another set of policies, which decides beside the live one and is only compared with it. */
export interface CandidatePolicies {
  readonly id: string
  readonly policies: PolicySetJson
}

/** A Cedar policy set in Cedar's JSON form: each static policy by its name. */
export interface PolicySetJson {
  readonly staticPolicies: Readonly<Record<string, unknown>>
  readonly templates: Readonly<Record<string, unknown>>
  readonly templateLinks: readonly unknown[]
}

/** What decides for one application. It carries no personal data: people are ids with groups. */
export interface ApplicationRules {
  /** Of the application: grows with every change. */
  readonly epoch: number
  readonly schema: Readonly<Record<string, unknown>>
  readonly policies: PolicySetJson
  /** Whether every policy was validated strictly against the schema; only such are turned into SQL. */
  readonly validated: boolean
  /** Active people, services, groups, roles, and the stored entities that travel. What is not here has no permission. */
  readonly entities: readonly EntityJson[]
  /**
   * The types of stored entities of which all travel. Of other types some may, because a policy names them: an edge must not conclude
   * from these what an entity lies in.
   */
  readonly bundledTypes: readonly string[]
  /** Grants for a time. Those without beginning and end are in `policies.templateLinks` and `entities` already. */
  readonly timed: readonly TimedGrant[]
  readonly candidate: CandidatePolicies | null
  /** Which share of what is allowed is logged, 0 to 1; what is denied always is. */
  readonly decisionLog: { readonly allowRate: number }
}

/** All that one application's edges need to decide. An older epoch than the one held is refused. */
export interface ApplicationBundle extends ApplicationRules {
  /** The control plane's public URL. */
  readonly iss: string
  readonly aud: string
  /** Id of the tenant; an identity token for another is refused. */
  readonly tenant: string
  readonly iat: number
  readonly gatewayKeys: readonly GatewayKey[]
  /** Whose access tokens are accepted. */
  readonly tokens: TokenTrust
  /** By which names `aud` of an access token calls this application (RFC 8707). */
  readonly resources: readonly string[]
  /** What `protect()` goes by where no gateway stands before the application. */
  readonly protection?: Protection | undefined
}

/** What a gateway needs to know of one application. */
export interface GatewayApplication {
  readonly id: string
  /** Host with port as the client names it: `shop.localhost:7480`. */
  readonly hosts: readonly string[]
  /** Origin: `http://127.0.0.1:7410`. */
  readonly upstream: string
  /** Others that serve it as well. */
  readonly furtherUpstreams?: readonly string[] | undefined
  /** Exact paths, or prefixes that end with `*`; they need no session. */
  readonly publicPaths: readonly string[]
  readonly limits: { readonly bodyBytes: number; readonly requestTimeoutMs: number }
  /** By which names `aud` of an access token calls it. */
  readonly resources: readonly string[]
  /** Absent from a control plane that knows nothing of it: then the gateway's own defaults hold. */
  readonly protection?: Protection | undefined
  /** Where its routes name actions or masks: by what gateways decide. */
  readonly rules?: ApplicationRules | undefined
}

/** What every gateway of the tenant serves. */
export interface GatewayBundle {
  readonly iss: string
  readonly aud: '*'
  readonly tenant: string
  readonly epoch: number
  readonly iat: number
  readonly applications: readonly GatewayApplication[]
  readonly tokens: TokenTrust
}

const LONGEST = 64 * 1024 * 1024
const record = z.record(z.string(), z.unknown())
const head = {
  iss: z.string().min(1).max(2048),
  tenant: z.string().min(1).max(256),
  epoch: z.int().nonnegative(),
  iat: z.int().nonnegative(),
}

export const EntityJson: z.ZodType<EntityJson> = z.object({
  uid: Reference,
  attrs: record,
  parents: z.array(Reference),
  tags: record.optional(),
})

const resources = z.array(z.string().min(1).max(2048)).max(1000)

const PolicySetJson: z.ZodType<PolicySetJson> = z.object({
  staticPolicies: record,
  templates: record,
  templateLinks: z.array(z.unknown()),
})

const milliseconds = z.int().nonnegative().nullable()

const TimedGrant: z.ZodType<TimedGrant> = z
  .object({
    from: milliseconds,
    until: milliseconds,
    link: z
      .object({
        templateId: z.string().min(1),
        newId: z.string().min(1),
        values: z.record(z.string(), Reference),
      })
      .optional(),
    membership: z.object({ child: Reference, parent: Reference }).optional(),
  })
  .refine(({ link, membership }) => (link === undefined) !== (membership === undefined), 'a link or a membership')

const rules = {
  schema: record,
  policies: PolicySetJson,
  validated: z.boolean(),
  entities: z.array(EntityJson),
  bundledTypes: z.array(z.string().min(1)),
  timed: z.array(TimedGrant),
  candidate: z.object({ id: z.string().min(1).max(100), policies: PolicySetJson }).nullable(),
  decisionLog: z.object({ allowRate: z.number().min(0).max(1) }),
}

const ApplicationRules: z.ZodType<ApplicationRules> = z.object({ epoch: head.epoch, ...rules })

export const ApplicationBundle: z.ZodType<ApplicationBundle> = z.object({
  ...head,
  aud: ApplicationId,
  ...rules,
  gatewayKeys: z.array(GatewayKey).max(1000),
  tokens: TokenTrust,
  resources,
  protection: Protection.optional(),
})

export const GatewayApplication: z.ZodType<GatewayApplication> = z.object({
  id: ApplicationId,
  hosts: z.array(z.string().min(1).max(300)),
  upstream: z.url({ protocol: /^https?$/ }),
  furtherUpstreams: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(31)
    .optional(),
  publicPaths: z.array(z.string().startsWith('/').max(2048)),
  limits: z.object({ bodyBytes: z.int().nonnegative(), requestTimeoutMs: z.int().positive() }),
  resources,
  protection: Protection.optional(),
  rules: ApplicationRules.optional(),
})

export const GatewayBundle: z.ZodType<GatewayBundle> = z.object({
  ...head,
  aud: z.literal(ALL_APPLICATIONS),
  applications: z.array(GatewayApplication),
  tokens: TokenTrust,
})

/** @throws TokenError `claims` when the bundle has not its shape */
export function signApplicationBundle(bundle: ApplicationBundle, key: SigningKey): string {
  return signJws(TOKEN_TYPES.bundle, parseClaims(ApplicationBundle, bundle), key)
}

/** @throws TokenError `claims` when the bundle has not its shape */
export function signGatewayBundle(bundle: GatewayBundle, key: SigningKey): string {
  return signJws(TOKEN_TYPES.bundle, parseClaims(GatewayBundle, bundle), key)
}

/** @throws TokenError; the epoch is for the caller to compare with the one it holds */
export function verifyApplicationBundle(token: string, expected: SignedExpectation): ApplicationBundle {
  return verifyBundle(ApplicationBundle, token, expected)
}

/** @throws TokenError; the epoch is for the caller to compare with the one it holds */
export function verifyGatewayBundle(token: string, expected: Omit<SignedExpectation, 'audience'>): GatewayBundle {
  return verifyBundle(GatewayBundle, token, { ...expected, audience: ALL_APPLICATIONS })
}

function verifyBundle<T extends ApplicationBundle | GatewayBundle>(
  schema: z.ZodType<T>,
  token: string,
  { keys, audience, issuer, now }: SignedExpectation,
): T {
  const { claims } = verifyJws(token, { type: TOKEN_TYPES.bundle, keys, longest: LONGEST })
  // Before the shape: a bundle for somebody else is refused as that, whatever it holds.
  if (typeof claims['aud'] === 'string') checkSame('audience', claims['aud'], audience)
  const bundle = parseClaims(schema, claims)
  checkSame('issuer', bundle.iss, issuer)
  checkSame('audience', bundle.aud, audience)
  checkIssuedAt(bundle.iat, now)
  return bundle
}
