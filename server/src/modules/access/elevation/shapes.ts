import { z } from 'zod'
import { Reason, RoleId } from '../grants/shapes.ts'
import { Uid } from '../shapes.ts'

const longest = { elevation: 7 * 24 * 3600, glass: 4 * 3600 } as const

export const Gives = z.enum(['role', 'template'])
export type Gives = z.output<typeof Gives>

const Named = z.strictObject({ type: z.enum(['Person', 'Group', 'Role']), id: z.string().min(1).max(200) })
const seconds = (most: number) => z.int().min(1).max(most)

export const RuleText = z.strictObject({
  /** who may ask: people, groups, roles of the application; whoever is that for good */
  eligible: z.array(Named).max(100),
  /** who approves; null: no approval is needed */
  approvers: z.array(Named).min(1).max(100).nullable(),
  maximumSeconds: seconds(longest.elevation),
  /** for how long a request waits for an answer */
  waitSeconds: seconds(longest.elevation).default(24 * 3600),
  /** who is eligible may take it at once; null: not */
  breakGlass: z
    .strictObject({ maximumSeconds: seconds(longest.glass).default(3600), perDay: z.int().min(1).max(100).default(3) })
    .nullable()
    .default(null),
  expectedVersion: z.int().min(0).optional(),
})
export type RuleText = z.output<typeof RuleText>

export const RuleShape = z
  .object({
    gives: Gives,
    name: z.string(),
    eligible: z.array(Uid),
    approvers: z.array(Uid).nullable(),
    maximumSeconds: z.int(),
    waitSeconds: z.int(),
    breakGlass: z.object({ maximumSeconds: z.int(), perDay: z.int() }).nullable(),
    version: z.int(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.object({ type: z.string(), id: z.string() }).nullable(),
    /** whether the caller may ask for it, and may approve it for others */
    mine: z.object({ eligible: z.boolean(), approver: z.boolean() }),
  })
  .meta({ id: 'ElevationRule' })

const what = {
  role: RoleId.optional(),
  template: z.string().min(1).max(100).optional(),
  resource: Uid.optional(),
}
const oneOf = ({ role, template }: { role?: string | undefined; template?: string | undefined }) =>
  (role === undefined) !== (template === undefined)

export const NewElevation = z
  .strictObject({ ...what, seconds: seconds(longest.elevation), reason: Reason })
  .refine(oneOf, 'a role or a template')
  .refine(({ role, resource }) => role === undefined || resource === undefined, 'a role has no resource')

/** @param seconds the rule's maximum when not said */
export const NewGlass = z.strictObject({ role: RoleId, seconds: seconds(longest.glass).optional(), reason: Reason })

export const Note = z.strictObject({ note: Reason.optional() })
export const Review = z.strictObject({ finding: z.enum(['justified', 'unjustified']), note: Reason })

const states = ['pending', 'approved', 'ended', 'denied', 'cancelled', 'expired'] as const
export const State = z.enum(states)
export type State = z.output<typeof State>

export const ElevationsQuery = z.object({
  state: State.optional(),
  kind: z.enum(['elevation', 'break_glass']).optional(),
  role: RoleId.optional(),
  /** that the caller asked for */
  mine: z.stringbool().optional(),
  /** pending, and the caller may approve them */
  toApprove: z.stringbool().optional(),
  /** broken glass that nobody reviewed, and the caller may */
  toReview: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.uuid().optional(),
})

const Somebody = z.object({ type: z.literal('Person'), id: z.string(), name: z.string().nullable() })

export const ElevationShape = z
  .object({
    id: z.string(),
    kind: z.enum(['elevation', 'break_glass']),
    application: z.string(),
    role: z.string().nullable(),
    template: z.string().nullable(),
    resource: Uid.nullable(),
    person: Somebody,
    /** null: the key that it was encrypted with was destroyed */
    reason: z.string().nullable(),
    seconds: z.int(),
    needsApproval: z.boolean(),
    /** approved: given, and not over; ended: given, and over */
    state: State,
    requestedAt: z.iso.datetime(),
    /** until when it waits for an answer */
    expiresAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    /** null: nobody yet, or the rule needs nobody */
    decidedBy: Somebody.nullable(),
    note: z.string().nullable(),
    grant: z.object({ id: z.string(), validFrom: z.iso.datetime(), validTo: z.iso.datetime().nullable() }).nullable(),
    review: z
      .object({
        at: z.iso.datetime(),
        by: Somebody,
        finding: z.enum(['justified', 'unjustified']),
        note: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Elevation' })
