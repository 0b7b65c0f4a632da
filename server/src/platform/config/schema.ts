import { z } from 'zod'

const origin = z
  .string()
  .max(300)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text,
    'an http or https origin without a path, such as https://holdfast.example.com',
  )

/** The settings of the platform itself; each module adds a section of its own. */
export const platformSections = {
  mode: z
    .enum(['development', 'production'])
    .default('development')
    .describe('In production, settings that are unsafe there keep the server from starting.'),
  data: z
    .string()
    .min(1)
    .default('./data')
    .describe('The data directory: embedded database, seal key, bootstrap file.'),
  publicUrl: origin
    .default('http://localhost:7400')
    .describe('The address under which people and edges reach the control plane.'),
  http: z
    .strictObject({
      listen: z
        .string()
        .regex(/^(?:\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'address:port')
        .default('127.0.0.1:7400')
        .describe('Address and port to listen on.'),
      hosts: z
        .array(z.string())
        .default([])
        .describe('Further Host header values to answer for, besides that of the public URL.'),
      trustedProxies: z
        .array(z.union([z.ipv4(), z.ipv6()]))
        .default([])
        .describe('Addresses of proxies in front: their X-Forwarded-For says who the client is.'),
    })
    .prefault({}),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^postgres(?:ql)?:\/\//, 'a postgres:// URL')
        .optional()
        .describe('PostgreSQL 15 or newer. Without it the embedded one runs in the data directory.')
        .meta({ secret: true }),
      directUrl: z
        .string()
        .regex(/^postgres(?:ql)?:\/\//, 'a postgres:// URL')
        .optional()
        .describe(
          'The same database without the pooler, where database.url goes by way of one in transaction mode (PgBouncer): notifications are heard there. Without it changes are found by looking every second.',
        )
        .meta({ secret: true }),
      poolSize: z.int().min(2).max(500).default(20).describe('Connections of this process.'),
      allowBreaking: z.boolean().default(false).describe('Apply migrations that are marked as breaking.'),
    })
    .prefault({}),
  seal: z
    .strictObject({
      kind: z
        .enum(['file', 'passphrase', 'shamir'])
        .optional()
        .describe(
          'What seals the root key of a new installation: file or passphrase. Later `holdfast seal change` changes it, and this says what is expected. Default: file.',
        ),
      keyFile: z
        .string()
        .optional()
        .describe('Key file of a file seal, mode 0600. Default: seal.key in the data directory.'),
      passphrase: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .describe('Opens a passphrase seal at the start. Without it somebody must run `holdfast unseal`.')
        .meta({ secret: true }),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least level that is logged.'),
    })
    .prefault({}),
}

export type PlatformConfig = z.output<z.ZodObject<typeof platformSections>>

/** A setting that may stand in development, with a warning, and not in production. */
export interface UnsafeSetting {
  readonly path: string
  readonly unsafe: (config: PlatformConfig) => boolean
  readonly why: string
}

export const unsafeSettings: readonly UnsafeSetting[] = [
  {
    path: 'publicUrl',
    unsafe: ({ publicUrl }) => publicUrl.startsWith('http://'),
    why: 'The public URL is not https: passwords and sessions would cross the network in clear. Put TLS in front and set publicUrl to the https address.',
  },
  {
    path: 'seal.kind',
    unsafe: ({ seal }) => seal.kind === undefined && seal.keyFile === undefined,
    why: 'The configuration does not choose what seals the root key, so a new installation keeps its key in a file in the data directory. Set seal.kind to passphrase (HOLDFAST_SEAL_PASSPHRASE_FILE) or shamir, or seal.keyFile to a file elsewhere.',
  },
  {
    path: 'seal.keyFile',
    unsafe: ({ seal, database }) => seal.kind === 'file' && seal.keyFile === undefined && database.url === undefined,
    why: 'The seal key lies in the data directory, beside the database that it seals. Set seal.keyFile to a file elsewhere.',
  },
]
