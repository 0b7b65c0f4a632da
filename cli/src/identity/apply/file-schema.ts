import { z } from 'zod'
import { ownable } from './plan.ts'

/** Only what a key may be called and of what type its value is: what goes together is for the control plane to say. */
const text = z.string().min(1).max(4000)
const texts = z.array(text).max(200)
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a lower-case letter, then letters, digits or dashes')
const clientId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._~-]{2,127}$/,
    'a letter or digit, then 2 to 127 letters, digits, dots, dashes, underscores or tildes',
  )
const seconds = z.int().min(0)

/** RFC 7591, section 2, with the members that the control plane knows. Those that may be null can be taken away again. */
const metadata = {
  client_name: text,
  redirect_uris: texts,
  post_logout_redirect_uris: texts,
  backchannel_logout_uri: text.nullable(),
  backchannel_logout_session_required: z.boolean(),
  grant_types: texts,
  response_types: texts,
  application_type: z.enum(['web', 'native']),
  token_endpoint_auth_method: text,
  token_endpoint_auth_signing_alg: text.nullable(),
  jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.json())).min(1) }).nullable(),
  jwks_uri: text.nullable(),
  id_token_signed_response_alg: text,
  dpop_bound_access_tokens: z.boolean(),
  tls_client_certificate_bound_access_tokens: z.boolean(),
  tls_client_auth_subject_dn: text.nullable(),
  tls_client_auth_san_dns: text.nullable(),
  tls_client_auth_san_uri: text.nullable(),
  tls_client_auth_san_ip: text.nullable(),
  tls_client_auth_san_email: text.nullable(),
  require_pushed_authorization_requests: z.boolean(),
  scope: z.string().max(4000),
  logo_uri: text.nullable(),
  client_uri: text.nullable(),
  policy_uri: text.nullable(),
  tos_uri: text.nullable(),
  default_max_age: seconds.nullable(),
  default_acr_values: texts.nullable(),
  require_auth_time: z.boolean(),
  contacts: texts.nullable(),
  subject_type: text,
} as const

const settings = {
  preset: z.enum(['web', 'spa', 'native', 'service', 'fapi2']),
  consent: z.enum(['skip', 'ask']),
  resources: z.array(z.strictObject({ identifier: text, scopes: texts.optional() })),
  tokenExchange: z.strictObject({ audiences: texts, delegation: z.boolean().default(true) }).nullable(),
  refreshSeconds: seconds.nullable(),
  sessionSeconds: seconds.nullable(),
  disabled: z.boolean(),
} as const

const Client = z.strictObject({
  ...z.object({ ...metadata, ...settings }).partial().shape,
  secretOut: text.optional().describe('where the secret goes that the control plane makes'),
})

const Branding = z.strictObject({ name: text.nullable().optional(), accent: text.nullable().optional() }).nullable()

const Application = z.strictObject({
  name: text.optional(),
  hosts: texts.optional(),
  upstream: z.union([text, texts]).nullable().optional(),
  publicPaths: texts.optional(),
  limits: z.strictObject({ bodyBytes: z.int(), requestTimeoutMs: z.int() }).optional(),
  schema: z.string().nullable().optional(),
  schemaFile: text.optional(),
  sessionLimits: z
    .strictObject({
      preset: z.enum(['standard', 'strict', 'pci']),
      idleMinutes: z.int().optional(),
      absoluteHours: z.int().optional(),
    })
    .nullable()
    .optional(),
  resources: z
    .array(
      z.strictObject({
        identifier: text,
        scopes: z.array(z.strictObject({ name: text, description: text })).default([]),
      }),
    )
    .optional(),
  branding: Branding.optional(),
  clients: z.record(clientId, Client).optional(),
})

const Connection = z.strictObject({
  name: text.optional(),
  preset: z.enum(['oidc', 'google', 'microsoft', 'okta', 'github']).optional(),
  issuer: text.optional(),
  tenant: text.optional(),
  clientId: text.optional(),
  secret: text.nullable().optional(),
  secretFile: text.optional(),
  secretEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')
    .optional(),
  enabled: z.boolean().optional(),
  scopes: texts.optional(),
  button: z.boolean().optional(),
  domains: texts.optional(),
  signUp: z.boolean().optional(),
  signUpGroups: texts.optional(),
  trustEmail: z.boolean().optional(),
  updateName: z.boolean().optional(),
  groups: z
    .strictObject({ claim: text, map: z.record(z.string(), text) })
    .nullable()
    .optional(),
  secondFactor: texts.optional(),
})

const acr = z.enum(['aal1', 'aal2', 'phr'])

/** How people sign in to the tenant: only ever stricter than the installation. */
const SignIn = z
  .strictObject({
    admins: acr.nullable().optional(),
    people: acr.nullable().optional(),
    sessions: z
      .strictObject({
        preset: z.enum(['standard', 'strict', 'pci']).default('standard'),
        idleMinutes: z.int().optional(),
        absoluteHours: z.int().optional(),
      })
      .nullable()
      .optional(),
    passwords: z.boolean().optional(),
    signUpDomains: texts.nullable().optional(),
  })
  .nullable()

const Group = z.strictObject({ name: text.optional(), parents: texts.optional() })

export const IdentityFile = z.strictObject({
  owns: z.array(z.enum(ownable)).optional(),
  groups: z.record(slug, Group).optional(),
  applications: z.record(slug, Application).optional(),
  connections: z.record(slug, Connection).optional(),
  branding: Branding.optional(),
  signIn: SignIn.optional(),
})

export type IdentityFile = z.output<typeof IdentityFile>
export type ApplicationEntry = z.output<typeof Application>
export type ClientEntry = z.output<typeof Client>
export type SignInEntry = z.output<typeof SignIn>
export type ConnectionEntry = z.output<typeof Connection>

/** Members of a client that its metadata can do without, other than those whose null the control plane takes itself. */
export const removable: ReadonlySet<string> = new Set(
  Object.entries(metadata)
    .filter(([, schema]) => schema instanceof z.ZodNullable)
    .map(([name]) => name),
)
export const clientMembers: readonly string[] = [...Object.keys(metadata), ...Object.keys(settings)]

/** Where its secret is to come from is nothing that a connection has; that it has one, is. */
export const connectionMembers: readonly string[] = [
  ...Object.keys(Connection.shape).filter((name) => !['secret', 'secretFile', 'secretEnv', 'tenant'].includes(name)),
  'hasSecret',
]
