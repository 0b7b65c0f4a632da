import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Group } from '../objects/group.ts'
import { User, userOf } from '../objects/user.ts'
import { readReferences } from '../read.ts'
import { optional } from '../schema.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3006: groups, and who is in them. */
export interface GroupManagement extends BaseAttributes, IamAttributes {
  readonly group: Group
  /** Who was put in or taken out, where it is one; several are in `unmapped.data`. */
  readonly user?: User | undefined
}

const activities = {
  'Assign Privileges': 1,
  'Revoke Privileges': 2,
  'Add User': 3,
  'Remove User': 4,
  Delete: 5,
  Create: 6,
  'Add Subgroup': 7,
  'Remove Subgroup': 8,
  Other: 99,
} as const

const head = iam(3006, 'Group Management', 'group', activities)

export const groupManagementClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<GroupManagement>(head, { ...iamShape, group: Group, user: optional(User) }),
  fill: (document, { event }) => {
    const [only, ...more] = [...readReferences(event, 'added'), ...readReferences(event, 'removed')]
    if (only !== undefined && more.length === 0) document.user = userOf(only.type, only.id)
  },
}
