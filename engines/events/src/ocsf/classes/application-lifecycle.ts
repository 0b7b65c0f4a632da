import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Product } from '../objects/product.ts'

/** 6002: a part of the software started, stopped, changed. */
export interface ApplicationLifecycle extends BaseAttributes {
  /** The application concerned, or Holdfast itself. */
  readonly app: Product
}

const activities = {
  Install: 1,
  Remove: 2,
  Start: 3,
  Stop: 4,
  Restart: 5,
  Enable: 6,
  Disable: 7,
  Update: 8,
  Other: 99,
} as const

const head = {
  uid: 6002,
  name: 'Application Lifecycle',
  category: 6,
  activities,
  actor: 'host',
  source: null,
  resource: null,
} as const

export const applicationLifecycleClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<ApplicationLifecycle>(head, { app: Product }),
  fill: (document, { event, product }) => {
    document.app = event.application === null ? product : { name: event.application }
  },
}
