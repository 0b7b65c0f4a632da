import { z } from 'zod'
import { Email } from '../../directory/index.ts'

const day = 86_400

const Slug = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes')

export const NewInvitation = z.strictObject({
  email: Email,
  groups: z.array(Slug).max(100).default([]),
  /** seconds */
  expiresIn: z
    .int()
    .min(300)
    .max(90 * day)
    .default(7 * day),
  /** whose page is shown afterwards */
  application: Slug.optional(),
})
export type NewInvitation = z.output<typeof NewInvitation>

export const InvitationView = z.object({
  id: z.string(),
  email: z.string(),
  groups: z.array(z.string()),
  application: z.string().nullable(),
  inviter: z.object({ type: z.string(), id: z.string() }),
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  /** who has come of it */
  person: z.string().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type InvitationView = z.output<typeof InvitationView>

export const InvitationList = z.object({ items: z.array(InvitationView), next: z.string().nullable() })
