import { X509Certificate, createPrivateKey } from 'node:crypto'
import { scrubText } from '@holdfast/events'
import { z } from 'zod'

/* What each kind of sink is told. Secrets are apart: they are kept encrypted and never shown again. */

export const sinkKinds = ['otlp', 'syslog', 'file', 'webhook'] as const
export type SinkKind = (typeof sinkKinds)[number]

/** A secret in the address would be shown to everybody who may look at sinks. */
const url = z
  .string()
  .max(2000)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http or https address')
  .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '', {
    error: 'an address without a name and password: send a header instead',
  })
  .refine((text) => scrubText(text) === text, 'an address without a key or token: send a header instead')
  .refine((text) => !text.includes('#'), 'an address without a fragment')

const certificate = z
  .string()
  .max(100_000)
  .refine((text) => readable(() => new X509Certificate(text)), 'a certificate in PEM')

const privateKey = z
  .string()
  .max(20_000)
  .refine((text) => readable(() => createPrivateKey(text)), 'an unencrypted private key in PEM')

const timeoutSeconds = z.int().min(1).max(60).default(10)

/** RFC 9110, section 5.6.2 and 5.5; what we set ourselves cannot be set a second time. */
const ownHeaders =
  /^(?:host|content-.*|transfer-encoding|connection|te|trailer|upgrade|expect|keep-alive|webhook-.*|user-agent)$/i
const headers = z
  .record(
    z
      .string()
      .max(100)
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name')
      .refine((name) => !ownHeaders.test(name), 'a header that is ours to set'),
    z
      .string()
      .max(4000)
      .regex(/^[\t\x20-\x7e]*$/, 'a header value of printable ASCII'),
  )
  .refine((all) => Object.keys(all).length <= 20, 'at most 20 headers')

export const OtlpSettings = z.strictObject({
  url: url.describe('The address of the logs signal, as https://collector.example.com/v1/logs.'),
  encoding: z.enum(['protobuf', 'json']).default('protobuf'),
  compression: z.enum(['gzip', 'none']).default('gzip'),
  timeoutSeconds,
  caCertificate: certificate.optional(),
})
export const OtlpSecrets = z.strictObject({ headers: headers.default({}) })

export const SyslogSettings = z
  .strictObject({
    host: z
      .string()
      .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]{2,45})$/, 'a host name or an address'),
    port: z.int().min(1).max(65_535),
    protocol: z.enum(['tls', 'tcp', 'udp']).default('tls'),
    facility: z.int().min(0).max(23).default(13).describe('RFC 5424, table 1; 13 is "log audit".'),
    appName: z
      .string()
      .regex(/^[\x21-\x7e]{1,48}$/)
      .default('holdfast'),
    enterpriseId: z
      .string()
      .regex(/^\d{1,10}(?:\.\d{1,10}){0,4}$/)
      .default('32473')
      .describe('Number under which the structured data is named: holdfast@32473.'),
    maxBytes: z
      .int()
      .min(480)
      .max(65_507)
      .optional()
      .describe(
        'Longest message; 2048 over UDP, 65507 over TCP and TLS when not said. What is longer is cut, and says so.',
      ),
    acknowledge: z
      .enum(['close', 'sent'])
      .default('close')
      .describe(
        'TCP and TLS: a batch counts as delivered when the receiver has read it to its end and closed, or as soon as it was sent.',
      ),
    timeoutSeconds,
    caCertificate: certificate.optional(),
    clientCertificate: certificate.optional(),
    serverName: z.string().max(253).optional(),
  })
  .refine(
    (given) =>
      given.protocol === 'tls' || (given.caCertificate ?? given.clientCertificate ?? given.serverName) === undefined,
    'certificates and serverName are for the protocol tls',
  )
export const SyslogSecrets = z.strictObject({ clientKey: privateKey.optional() })

export const FileSettings = z.strictObject({
  path: z
    .string()
    .max(200)
    .regex(
      /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\/){0,4}[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\.ndjson$/,
      'a path below the configured directory that ends in .ndjson, as audit/events.ndjson',
    )
    .refine((path) => !path.includes('..'), 'a path without ".."'),
  rotateBytes: z.int().min(65_536).max(10_737_418_240).default(104_857_600),
  rotateDaily: z.boolean().default(true).describe('A new file for each day, in UTC.'),
  keepFiles: z.int().min(0).max(10_000).default(0).describe('How many rotated files are kept; 0 keeps all.'),
})
export const FileSecrets = z.strictObject({})

export const WebhookSettings = z.strictObject({
  url,
  batch: z.int().min(1).max(100).default(20).describe('Events in one message at most.'),
  timeoutSeconds,
  caCertificate: certificate.optional(),
})
/** Made here, never taken: `whsec_` and base64, the newest first. An old one ends at `until`. */
export const WebhookSecrets = z.strictObject({
  signing: z
    .array(z.strictObject({ secret: z.string(), until: z.iso.datetime().nullable() }))
    .min(1)
    .max(2),
})

export type OtlpSettings = z.output<typeof OtlpSettings>
export type SyslogSettings = z.output<typeof SyslogSettings>
export type FileSettings = z.output<typeof FileSettings>
export type WebhookSettings = z.output<typeof WebhookSettings>
export type OtlpSecrets = z.output<typeof OtlpSecrets>
export type SyslogSecrets = z.output<typeof SyslogSecrets>
export type WebhookSecrets = z.output<typeof WebhookSecrets>

/** What a sink is told, with its kind. */
export type Target =
  | { readonly kind: 'otlp'; readonly settings: OtlpSettings; readonly secrets: OtlpSecrets }
  | { readonly kind: 'syslog'; readonly settings: SyslogSettings; readonly secrets: SyslogSecrets }
  | { readonly kind: 'file'; readonly settings: FileSettings; readonly secrets: Record<string, never> }
  | { readonly kind: 'webhook'; readonly settings: WebhookSettings; readonly secrets: WebhookSecrets }

/** Which events a sink is for: those that match all that is said; a kind may end in `.*`. */
export const SinkFilter = z.strictObject({
  kinds: z
    .array(
      z
        .string()
        .max(66)
        .regex(/^(?:[a-z0-9_]+\.)*(?:[a-z0-9_]+|\*)$/, 'a kind, or its beginning and .*'),
    )
    .max(100)
    .optional(),
  classes: z.array(z.int().min(0).max(1_000_000)).max(100).optional().describe('OCSF class_uid'),
  outcomes: z
    .array(z.enum(['success', 'refused', 'failure']))
    .min(1)
    .max(3)
    .optional(),
})
export type SinkFilter = z.output<typeof SinkFilter>

function readable(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
