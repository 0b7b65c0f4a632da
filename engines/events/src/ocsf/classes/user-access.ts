import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { User } from '../objects/user.ts'
import { readTexts } from '../read.ts'
import { listOf, text } from '../schema.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3005: privileges were given to an account, or taken. */
export interface UserAccess extends BaseAttributes, IamAttributes {
  /** The account. */
  readonly user: User
  readonly privileges: readonly string[]
}

const activities = { 'Assign Privileges': 1, 'Revoke Privileges': 2, Other: 99 } as const

const head = iam(3005, 'User Access Management', 'user', activities)

export const userAccessClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<UserAccess>(head, { ...iamShape, user: User, privileges: listOf(text) }),
  fill: (document, { event, made }) => {
    const named = readTexts(event, made.privileges)
    document.privileges = named.length === 0 ? [event.kind] : named
  },
}
