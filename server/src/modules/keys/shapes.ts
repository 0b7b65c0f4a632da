import { z } from 'zod'
import { uuid } from '../../platform/uuid.ts'

const Purpose = z.string().regex(/^[a-z][a-z0-9-]{0,62}(?:\/index)?$/, 'small letters, digits and dashes')
const Subject = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]{0,63}\/\P{C}{1,255}$/u, 'a type and an id, as Person/<id>')
  .describe('whose key it is, as `Person/<id>`')
const State = z.enum(['current', 'retired', 'destroyed'])

export const KeyQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(uuid, 'the `next` of the page before').optional(),
  purpose: Purpose.optional(),
  subject: Subject.optional(),
  kind: z.enum(['purpose', 'person']).optional().describe('keys of everybody, or those of single persons'),
  state: State.optional(),
})
export type KeyQuery = z.output<typeof KeyQuery>

export const Key = z.object({
  id: z.string(),
  purpose: z.string(),
  subject: z.string().nullable(),
  version: z.int(),
  state: State,
  used: z.int().min(0).describe('values that it has encrypted, at most: they are counted before they are'),
  keyEncryptionKey: z.int().nullable().describe('the version of the key that wraps it'),
  createdAt: z.iso.datetime(),
  retiredAt: z.iso.datetime().nullable(),
  destroyedAt: z.iso.datetime().nullable(),
})
export type Key = z.output<typeof Key>

export const KeyPage = z.object({ items: z.array(Key), next: z.string().nullable() })

export const KeyPurposes = z.object({
  items: z.array(
    z.object({
      purpose: z.string(),
      indexes: z.boolean().describe('it makes blind indexes, and is never replaced'),
      shared: z
        .object({ id: z.string(), version: z.int(), createdAt: z.iso.datetime() })
        .nullable()
        .describe('the key of everybody that encrypts at present'),
      subjects: z.int().describe('persons with a key of their own'),
      mostUsed: z.int().describe('values that one of the current keys has encrypted, at most'),
      retired: z.int().describe('versions that were replaced, and open what they closed'),
      destroyed: z.int(),
    }),
  ),
  limit: z.int().describe('values after which a key is replaced'),
  days: z.int().describe('days after which the key of everybody is replaced'),
})
export type KeyPurposes = z.output<typeof KeyPurposes>

export const KeyEncryptionKeys = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      version: z.int(),
      state: z.enum(['current', 'retiring', 'retired']),
      dataKeys: z.int().describe('data keys of this tenant and of the installation that it wraps'),
      rootGeneration: z.int(),
      createdAt: z.iso.datetime(),
      replacedAt: z.iso.datetime().nullable(),
      retiredAt: z.iso.datetime().nullable(),
    }),
  ),
})
export type KeyEncryptionKeys = z.output<typeof KeyEncryptionKeys>

/** One version of a key, or every key of a person. */
const Which = {
  id: z.string().regex(uuid).optional(),
  subject: Subject.optional(),
}
const one = (which: { readonly id?: string | undefined; readonly subject?: string | undefined }) =>
  (which.id === undefined) !== (which.subject === undefined)
const either = 'either `id` or `subject`'

export const HitQuery = z.object(Which).refine(one, either)

export const Hits = z.object({
  keys: z.array(Key),
  columns: z.array(
    z.object({
      table: z.string(),
      column: z.string(),
      values: z.int().nullable().describe('null: they are too many to be counted at once'),
    }),
  ),
  values: z.int().describe('values that would be lost, at most'),
})
export type Hits = z.output<typeof Hits>

export const Rotation = z.strictObject({ purpose: Purpose, subject: Subject.optional() })
export type Rotation = z.output<typeof Rotation>

export const Destruction = z
  .strictObject({
    ...Which,
    values: z.int().min(0).describe('how many values you know to be lost: the `values` of /api/v1/keys/hits'),
  })
  .refine(one, either)
export type Destruction = z.output<typeof Destruction>

export const Destroyed = z.object({ keys: z.int(), values: z.int() })

export const KekRotated = z.object({
  version: z.int(),
  dataKeys: z.int().describe('data keys that are now wrapped anew, in the background'),
})
