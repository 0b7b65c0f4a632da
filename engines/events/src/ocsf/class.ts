import type { z } from 'zod'
import type { Made } from '../define/definition.ts'
import type { UnsequencedEvent } from '../event.ts'
import type { BaseAttributes, ClassHead } from './base.ts'
import type { Draft } from './document.ts'
import type { Product } from './objects/product.ts'

/** A class of OCSF 1.8: its attributes as we use them, and how it is filled from a compact event. */
export interface EventClass<Activity extends string = string> extends ClassHead {
  /** `class_uid` */
  readonly uid: number
  /** `class_name`: the caption */
  readonly name: string
  /** `category_uid` */
  readonly category: number
  /** What `activity_id` may be, by caption. */
  readonly activities: Readonly<Record<Activity, number>>
  /** Where the actor goes: its own attribute, one that must be there, or the one that the profile `host` adds. */
  readonly actor: 'own' | 'required' | 'host'
  /** Where address and user agent go: `src_endpoint` and `http_request`; null where the class has neither. */
  readonly source: 'own' | 'required' | null
  /** Where the resource goes. */
  readonly resource: ResourcePlace
  /** Captions of `status_id`, where they are those of findings and not Success and Failure. */
  readonly status?: Readonly<Record<number, string>> | undefined
  readonly schema: z.ZodType<BaseAttributes>
  /** Adds what the class demands besides. */
  readonly fill?: Fill | undefined
}

/**
 * - `user`: the person or service that is acted upon
 * - `session`: a Session is `session`; a person or service is `user`
 * - `group`: a Group is `group`
 * - `entity`: anything, as `entity`
 * - `resources`: anything, as the only one of `resources`
 * - null: the class has no place for it
 */
export type ResourcePlace = 'user' | 'session' | 'group' | 'entity' | 'resources' | null

export type Fill = (document: Draft, context: Filling) => void

/** What a class is filled from. */
export interface Filling {
  readonly event: UnsequencedEvent
  readonly made: Made
  readonly summary: string
  readonly product: Product
}

/** The captions of a class's activities. */
export type ActivityOf<C> = C extends EventClass<infer Activity> ? Activity : never
