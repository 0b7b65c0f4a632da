import type { z } from 'zod'
import { oneOf, optional, text, withOneOf } from '../schema.ts'

/** A person, a machine account, or whatever else acts or is acted upon. */
export interface User {
  /** Id of the principal. */
  readonly uid?: string | undefined
  readonly name?: string | undefined
  /** Caption of `type_id`; with 99 the Cedar type. */
  readonly type: string
  /** 0 Unknown, 1 User (a Person), 4 Service, 99 Other */
  readonly type_id: 0 | 1 | 4 | 99
}

export const User: z.ZodType<User> = withOneOf<User>(['uid', 'name'], {
  uid: optional(text),
  name: optional(text),
  type: text,
  type_id: oneOf([0, 1, 4, 99]),
}).refine(
  ({ type, type_id: id }) => id === 99 || type === { 0: 'Unknown', 1: 'User', 4: 'Service' }[id],
  'type must be the caption of type_id',
)

/** Stands where the class demands a user and nobody is known. */
export const unknownUser: User = { name: 'Unknown', type: 'Unknown', type_id: 0 }

/** A principal: a Person is a User, a Service is a Service, and anything else is what it says. */
export function userOf(type: string, uid: string, name?: string): User {
  const user: User =
    type === 'Person'
      ? { type: 'User', type_id: 1, uid }
      : type === 'Service'
        ? { type: 'Service', type_id: 4, uid }
        : { type, type_id: 99, uid }
  return name === undefined ? user : { ...user, name }
}
