import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'

/** 0: what no class is for. */
export type BaseEvent = BaseAttributes

const activities = { Other: 99 } as const

const head = {
  uid: 0,
  name: 'Base Event',
  category: 0,
  activities,
  actor: 'host',
  source: null,
  resource: null,
} as const

export const baseEventClass: EventClass<keyof typeof activities> = { ...head, schema: classSchema<BaseEvent>(head, {}) }
