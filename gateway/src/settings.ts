import { CREDENTIALS_PATH } from '@holdfast/bundle'
import { z } from 'zod'
import type { GatewayOptions } from './options.ts'

type Flags = Readonly<Record<string, string | boolean | undefined>>

const path = z.string().min(1)
const Settings = z.object({
  credentials: path.default(CREDENTIALS_PATH),
  listen: z.string().min(1).optional(),
  data: path.default('.holdfast/gateway'),
  'tls-cert': path.optional(),
  'tls-key': path.optional(),
  'tls-min-version': z.enum(['1.2', '1.3']).optional(),
  'client-certificates': z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  'forward-tokens': z.string().optional(),
  'trusted-proxies': z.string().optional(),
  rules: path.optional(),
  'audit-log': path.optional(),
})

/**
 * Reads the options of the gateway's process: environment, then flags.
 * @throws Error that names the setting which is wrong
 */
export function readSettings(flags: Flags, env: NodeJS.ProcessEnv): GatewayOptions {
  const given = Object.entries({
    credentials: flags['credentials'] ?? env['HOLDFAST_CREDENTIALS'],
    listen: flags['listen'] ?? env['HOLDFAST_GATEWAY_LISTEN'],
    data: flags['data'] ?? env['HOLDFAST_GATEWAY_DATA'],
    'tls-cert': flags['tls-cert'] ?? env['HOLDFAST_GATEWAY_TLS_CERT'],
    'tls-key': flags['tls-key'] ?? env['HOLDFAST_GATEWAY_TLS_KEY'],
    'tls-min-version': flags['tls-min-version'] ?? env['HOLDFAST_GATEWAY_TLS_MIN_VERSION'],
    'client-certificates': flags['client-certificates'] ?? env['HOLDFAST_GATEWAY_CLIENT_CERTIFICATES'],
    'forward-tokens': flags['forward-tokens'] ?? env['HOLDFAST_GATEWAY_FORWARD_TOKENS'],
    'trusted-proxies': flags['trusted-proxies'] ?? env['HOLDFAST_GATEWAY_TRUSTED_PROXIES'],
    rules: flags['rules'] ?? env['HOLDFAST_GATEWAY_RULES'],
    'audit-log': flags['audit-log'] ?? env['HOLDFAST_GATEWAY_AUDIT_LOG'],
  }).filter(([, value]) => value !== undefined)
  const parsed = Settings.safeParse(Object.fromEntries(given))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`The setting ${issue?.path.join('.') ?? ''} is not right: ${issue?.message ?? ''}.`)
  }
  const { credentials, listen, data, 'tls-cert': cert, 'tls-key': key, 'trusted-proxies': proxies } = parsed.data
  const { 'client-certificates': certificates, 'forward-tokens': forwarded, rules, 'audit-log': auditLog } = parsed.data
  const clientCertificates = String(certificates) === 'true'
  const keys = listOf(key ?? '')
  const pairs = listOf(cert ?? '').map((path, at) => ({ cert: path, key: keys[at] ?? '' }))
  if (pairs.length !== keys.length) throw new Error('tls-cert and tls-key belong together.')
  if (auditLog !== undefined && rules === undefined) {
    throw new Error('audit-log records what rules ask for: it needs rules, the folder that they are in.')
  }
  const minVersion = parsed.data['tls-min-version'] === '1.2' ? 'TLSv1.2' : 'TLSv1.3'
  return {
    credentials,
    data,
    ...(listen !== undefined && { listen }),
    ...(pairs.length > 0 && { tls: { pairs, minVersion, ...(clientCertificates && { clientCertificates }) } }),
    ...(forwarded !== undefined && { forwardTokens: listOf(forwarded) }),
    ...(rules !== undefined && { rules }),
    ...(auditLog !== undefined && { auditLog }),
    ...(proxies !== undefined && {
      trustedProxies: listOf(proxies),
    }),
  }
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
