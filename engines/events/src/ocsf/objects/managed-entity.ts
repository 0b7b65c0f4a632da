import type { z } from 'zod'
import { oneOf, optional, text, withOneOf } from '../schema.ts'

/** What is managed: an application, a policy, a key. */
export interface ManagedEntity {
  readonly uid?: string | undefined
  readonly name?: string | undefined
  /** The Cedar type. */
  readonly type: string
  readonly type_id: (typeof entityTypes)[keyof typeof entityTypes] | 0 | 99
}

const entityTypes = { Device: 1, User: 2, Group: 3, Organization: 4, Policy: 5, Email: 6 } as const

export const ManagedEntity: z.ZodType<ManagedEntity> = withOneOf<ManagedEntity>(['uid', 'name'], {
  uid: optional(text),
  name: optional(text),
  type: text,
  type_id: oneOf([0, ...Object.values(entityTypes), 99]),
}).refine(({ type, type_id: id }) => id === 99 || type === (id === 0 ? 'Unknown' : captions.get(id)), {
  message: 'type must be the caption of type_id',
})

const captions: ReadonlyMap<number, string> = new Map(Object.entries(entityTypes).map(([caption, id]) => [id, caption]))

/** Stands where the class demands an entity and none is known. */
export const unknownEntity: ManagedEntity = { name: 'Unknown', type: 'Unknown', type_id: 0 }

export function entityOf(type: string, uid: string): ManagedEntity {
  return { type, type_id: isEntityType(type) ? entityTypes[type] : 99, uid }
}

function isEntityType(type: string): type is keyof typeof entityTypes {
  return Object.hasOwn(entityTypes, type)
}
