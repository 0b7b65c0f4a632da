import { z } from 'zod'
import type { ClientRow } from './store/clients.ts'
import type { SecretRow } from './store/secrets.ts'
import { metadataShape, settingsShape } from './metadata/shape.ts'

const Secret = z.object({
  id: z.string(),
  /** its first characters */
  prefix: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
})

const described = z.object({ ...metadataShape, ...settingsShape }).partial()

export const Client = z
  .object({
    client_id: z.string(),
    client_id_issued_at: z.int(),
    application: z.string(),
    origin: z.enum(['operator', 'dynamic']),
    /** the service as which it acts by itself */
    service: z.string().nullable(),
    disabled: z.boolean(),
    version: z.int(),
    secrets: z.array(Secret),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    ...described.shape,
  })
  .meta({ id: 'OAuthClient' })

/** RFC 7591, section 3.2.1: the secret, this once. */
export const issuedShape = {
  client_secret: z.string().optional(),
  /** seconds since 1970; 0: it does not expire */
  client_secret_expires_at: z.int().optional(),
} as const

export const CreatedClient = Client.extend(issuedShape)

export function showClient(row: ClientRow, secrets: readonly SecretRow[]): z.input<typeof Client> {
  return {
    ...row.metadata,
    preset: row.preset,
    consent: row.consent,
    resources: row.settings.resources.map(({ identifier, scopes }) => ({
      identifier,
      ...(scopes !== undefined && { scopes: [...scopes] }),
    })),
    tokenExchange:
      row.settings.tokenExchange === null
        ? null
        : { ...row.settings.tokenExchange, audiences: [...row.settings.tokenExchange.audiences] },
    refreshSeconds: row.settings.refreshSeconds,
    sessionSeconds: row.settings.sessionSeconds,
    client_id: row.client_id,
    client_id_issued_at: issuedAt(row),
    application: row.application_id,
    origin: row.origin,
    service: row.service_id,
    disabled: row.disabled_at !== null,
    version: row.version,
    secrets: secrets
      .filter(({ client_id }) => client_id === row.client_id)
      .map(({ id, prefix, created_at, expires_at }) => ({
        id,
        prefix,
        createdAt: created_at.toISOString(),
        expiresAt: expires_at?.toISOString() ?? null,
      })),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function issuedAt({ created_at }: Pick<ClientRow, 'created_at'>): number {
  return Math.floor(created_at.getTime() / 1000)
}

/** The members of an answer that holds a secret: both or neither. */
export function issued(secret: string | undefined) {
  return secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }
}
