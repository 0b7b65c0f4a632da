import { z } from 'zod'
import { shortestPassphrase } from './passphrase.ts'

export const SealStatus = z.object({
  sealed: z.boolean(),
  /** `file`, `passphrase`, `shamir` */
  kind: z.string(),
  /** of a Shamir seal: how many there are, how many open it, how many were given; null for other kinds */
  shares: z.object({ total: z.int(), threshold: z.int(), given: z.int() }).nullable(),
})
export type SealStatus = z.output<typeof SealStatus>

export const Unseal = z.union([
  z.strictObject({ share: z.string().max(400) }),
  z.strictObject({ passphrase: z.string().max(1_000) }),
])
export type Unseal = z.output<typeof Unseal>

export const SealDetails = z.object({
  id: z.uuid(),
  kind: z.string(),
  since: z.iso.datetime(),
  shares: z.object({ total: z.int(), threshold: z.int() }).nullable(),
  root: z.object({ generation: z.int(), since: z.iso.datetime() }),
  /** replicas that are unsealed */
  replicas: z.array(z.object({ id: z.uuid(), seenAt: z.iso.datetime(), answering: z.boolean() })),
  /** shares that were shown and not confirmed yet */
  pending: z
    .object({
      id: z.uuid(),
      shares: z.int(),
      threshold: z.int(),
      preparedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
    })
    .nullable(),
})

const most = 32

export const SealChange = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('file') }),
  z.strictObject({ to: z.literal('passphrase'), passphrase: z.string().min(shortestPassphrase).max(1_000) }),
  z
    .strictObject({ to: z.literal('shamir'), shares: z.int().min(2).max(most), threshold: z.int().min(2).max(most) })
    .refine(({ shares, threshold }) => threshold <= shares, 'the threshold is at most the number of shares'),
])
export type SealChange = z.output<typeof SealChange>

export const SealChanged = z.object({
  /** false when shares were made that must be confirmed first */
  changed: z.boolean(),
  kind: z.string(),
  /** of the root key; null while nothing was changed */
  generation: z.int().nullable(),
  /** shown now and never again; null for other kinds */
  shares: z.array(z.object({ number: z.int(), share: z.string() })).nullable(),
  /** until when they can be confirmed */
  expiresAt: z.iso.datetime().nullable(),
})

export const SealConfirmation = z.strictObject({ shares: z.array(z.string().max(400)).min(2).max(most) })

export const SealRotated = z.object({
  generation: z.int(),
  /** key-encryption keys that were wrapped anew */
  keys: z.int(),
  /** other replicas that were handed the new root key */
  replicas: z.int(),
})
