import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Service } from '../objects/service.ts'
import { Session } from '../objects/session.ts'
import { User } from '../objects/user.ts'
import { optional } from '../schema.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3002: who somebody is was proved, or was not, or holds no longer. */
export interface Authentication extends BaseAttributes, IamAttributes {
  readonly session?: Session | undefined
  /** Whose session it is, or who it was tried for. */
  readonly user: User
  /** What was signed in to: an application, or Holdfast itself. */
  readonly service: Service
}

const activities = {
  Logon: 1,
  Logoff: 2,
  'Authentication Ticket': 3,
  'Service Ticket Request': 4,
  'Service Ticket Renew': 5,
  Preauth: 6,
  'Account Switch': 7,
  Other: 99,
} as const

const head = iam(3002, 'Authentication', 'session', activities)

export const authenticationClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<Authentication>(head, { ...iamShape, session: optional(Session), user: User, service: Service }),
  fill: (document, { event, product }) => {
    document.service = { name: event.application ?? product.name }
  },
}
