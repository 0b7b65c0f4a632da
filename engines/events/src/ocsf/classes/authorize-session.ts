import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Session } from '../objects/session.ts'
import { User } from '../objects/user.ts'
import { readTexts } from '../read.ts'
import { listOf, optional, text } from '../schema.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3003: a session was given more than it had. */
export interface AuthorizeSession extends BaseAttributes, IamAttributes {
  readonly session?: Session | undefined
  readonly user: User
  readonly privileges: readonly string[]
}

const activities = { 'Assign Privileges': 1, 'Assign Groups': 2, Other: 99 } as const

const head = iam(3003, 'Authorize Session', 'session', activities)

export const authorizeSessionClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<AuthorizeSession>(head, {
    ...iamShape,
    session: optional(Session),
    user: User,
    privileges: listOf(text),
  }),
  fill: (document, { event, made }) => {
    const named = readTexts(event, made.privileges)
    document.privileges = named.length === 0 ? [event.kind] : named
  },
}
