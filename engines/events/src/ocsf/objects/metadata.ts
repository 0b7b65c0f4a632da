import { z } from 'zod'
import { listOf, object, oneOf, optional, text, timestamp } from '../schema.ts'
import { Product } from './product.ts'

export interface Metadata {
  readonly version: '1.8.0'
  readonly product: Product
  /** Id of the event: a UUIDv7. */
  readonly uid: string
  /** The kind of the event. */
  readonly event_code: string
  readonly tenant_uid: string
  /** Id of the request. */
  readonly correlation_uid?: string | undefined
  /** Milliseconds since 1970: when the log took the event in, where that is not `time`. */
  readonly logged_time?: number | undefined
  readonly profiles?: readonly Profile[] | undefined
  /** The service that shipped the event. */
  readonly reporter?: Reporter | undefined
  /** `application`: slug of the application concerned. */
  readonly tags?: readonly KeyValue[] | undefined
}

/** `host` adds the actor where the class has none, `security_control` what was done about it. */
export type Profile = 'host' | 'security_control'

export interface Reporter {
  readonly uid: string
}

export interface KeyValue {
  readonly name: string
  readonly value: string
}

export const Metadata: z.ZodType<Metadata> = object<Metadata>({
  version: z.literal('1.8.0'),
  product: Product,
  uid: z.uuidv7(),
  event_code: text,
  tenant_uid: text,
  correlation_uid: optional(text),
  logged_time: optional(timestamp),
  profiles: optional(listOf(oneOf<Profile>(['host', 'security_control']))),
  reporter: optional(object<Reporter>({ uid: text })),
  tags: optional(listOf(object<KeyValue>({ name: text, value: text }))),
})
