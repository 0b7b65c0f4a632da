import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { ManagedEntity } from '../objects/managed-entity.ts'
import { iam, type IamAttributes, iamShape } from './iam.ts'

/** 3004: anything managed that has no class of its own: an application, a policy, a key. */
export interface EntityManagement extends BaseAttributes, IamAttributes {
  readonly entity: ManagedEntity
}

const activities = {
  Create: 1,
  Read: 2,
  Update: 3,
  Delete: 4,
  Move: 5,
  Enroll: 6,
  Unenroll: 7,
  Enable: 8,
  Disable: 9,
  Activate: 10,
  Deactivate: 11,
  Suspend: 12,
  Resume: 13,
  Other: 99,
} as const

const head = iam(3004, 'Entity Management', 'entity', activities)

export const entityManagementClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<EntityManagement>(head, { ...iamShape, entity: ManagedEntity }),
}
