import { z } from 'zod'
import { CreatedKey, Name } from '../../shapes.ts'

export const NewConnection = z.strictObject({ name: Name })
export const Connection = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  people: z.int(),
  groups: z.array(z.object({ id: z.string(), made: z.boolean(), power: z.boolean() })),
})
export const Connections = z.object({ items: z.array(Connection), next: z.null() })
export const CreatedConnection = CreatedKey.extend({ connection: Connection })
/** `power` is said where the group gives power over Holdfast itself, and shall be given so. */
export const GroupAllowance = z.strictObject({ power: z.boolean().default(false) })

export type NewConnection = z.output<typeof NewConnection>
export type Connection = z.output<typeof Connection>
export type CreatedConnection = z.output<typeof CreatedConnection>
