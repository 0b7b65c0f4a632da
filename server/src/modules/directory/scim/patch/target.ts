import type { Filter } from '../filter/types.ts'
import type { Attribute, Json } from '../schema/attribute.ts'
import type { Operation } from './operations.ts'

/** What a path comes to: an attribute, and of it a part or some of its values. */
export interface Target {
  readonly op: Operation['op']
  readonly value: Json | undefined
  readonly attribute: Attribute
  readonly sub: Attribute | undefined
  readonly where: Filter | null
}
