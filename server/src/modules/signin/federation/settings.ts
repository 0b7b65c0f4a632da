import { z } from 'zod'

const presets = ['oidc', 'google', 'microsoft', 'okta', 'github'] as const
export type Preset = (typeof presets)[number]

const Domain = z
  .string()
  .max(253)
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => /^(?!-)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u.test(text), 'a domain such as example.org')
const Slug = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'the id of a group')
const line = z
  .string()
  .max(200)
  .regex(/^\P{C}+$/u, 'one line')

/** What a connection is told, beside where it is. */
export const ConnectionSettings = z.strictObject({
  /** asked of the provider; `openid` is always */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'a scope'))
    .max(30)
    .optional(),
  /** whether everybody sees its button; people of its domains are led to it in any case */
  button: z.boolean().default(true),
  /** E-mail domains that are its own: their people are led to it, and only their addresses may come by it. None: any. */
  domains: z.array(Domain).max(100).default([]),
  /** Whether somebody with an address that nobody has here, and that the provider has verified, gets an account. */
  signUp: z.boolean().default(false),
  /** groups that whoever signs up is put into */
  signUpGroups: z.array(Slug).max(20).default([]),
  /** The provider does not say which addresses it has verified (Entra): those of its own domains are believed. */
  trustEmail: z.boolean().default(false),
  /** whether the name follows what the provider says */
  updateName: z.boolean().default(false),
  /** Groups by a claim: the values that are known, and what they mean here. Other values mean nothing. */
  groups: z
    .strictObject({
      claim: line,
      map: z.record(line, Slug).refine((map) => Object.keys(map).length <= 200, 'too many'),
    })
    .optional(),
  /** Values of `acr` or `amr` by which the provider says that there were two factors. Without them it proves one. */
  secondFactor: z.array(line).max(20).default([]),
})
export type ConnectionSettings = z.output<typeof ConnectionSettings>

const https = z
  .string()
  .max(500)
  .refine((text) => {
    if (!URL.canParse(text)) return false
    const { protocol, username, password, search, hash } = new URL(text)
    return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === ''
  }, 'an https address without a query')

export const NewConnection = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63, beginning with a letter'),
  name: line,
  preset: z.enum(presets).default('oidc'),
  /** of OpenID Connect providers, as its metadata say it; of GitHub Enterprise its address */
  issuer: https.optional(),
  /** Microsoft: the directory (tenant) id */
  tenant: z
    .string()
    .regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i, 'the directory (tenant) id, a UUID')
    .optional(),
  clientId: line.max(500),
  clientSecret: z.string().min(1).max(1000).optional(),
  enabled: z.boolean().default(true),
  ...ConnectionSettings.shape,
})
export type NewConnection = z.output<typeof NewConnection>

/** What is absent stays. */
export const ConnectionChange = z.strictObject({
  name: line.optional(),
  issuer: https.optional(),
  clientId: line.max(500).optional(),
  /** null: a public client */
  clientSecret: z.string().min(1).max(1000).nullable().optional(),
  enabled: z.boolean().optional(),
  scopes: ConnectionSettings.shape.scopes,
  button: z.boolean().optional(),
  domains: z.array(Domain).max(100).optional(),
  signUp: z.boolean().optional(),
  signUpGroups: z.array(Slug).max(20).optional(),
  trustEmail: z.boolean().optional(),
  updateName: z.boolean().optional(),
  groups: ConnectionSettings.shape.groups.unwrap().nullable().optional(),
  secondFactor: z.array(line).max(20).optional(),
})
export type ConnectionChange = z.output<typeof ConnectionChange>

/** A connection without its secret. */
export interface Connection {
  readonly id: string
  readonly name: string
  readonly preset: Preset
  readonly issuer: string
  readonly clientId: string
  readonly hasSecret: boolean
  readonly settings: ConnectionSettings
  readonly enabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const ConnectionView = z.object({
  id: z.string(),
  name: z.string(),
  preset: z.enum(presets),
  issuer: z.string(),
  clientId: z.string(),
  hasSecret: z.boolean(),
  enabled: z.boolean(),
  /** to register at the provider */
  redirectUri: z.string(),
  ...ConnectionSettings.shape,
  /** accounts that are linked by it */
  linked: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export const ConnectionList = z.object({ items: z.array(ConnectionView) })
