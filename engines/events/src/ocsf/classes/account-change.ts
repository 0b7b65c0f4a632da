import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { User } from '../objects/user.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3001: a person or a machine account came, went, or changed. */
export interface AccountChange extends BaseAttributes, IamAttributes {
  /** The account. */
  readonly user: User
}

const activities = {
  Create: 1,
  Enable: 2,
  'Password Change': 3,
  'Password Reset': 4,
  Disable: 5,
  Delete: 6,
  'Attach Policy': 7,
  'Detach Policy': 8,
  Lock: 9,
  'MFA Factor Enable': 10,
  'MFA Factor Disable': 11,
  Unlock: 12,
  Other: 99,
} as const

const head = iam(3001, 'Account Change', 'user', activities)

export const accountChangeClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<AccountChange>(head, { ...iamShape, user: User }),
}
