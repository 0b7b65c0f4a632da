import { z } from 'zod'
import { Actor } from './objects/actor.ts'
import { Metadata } from './objects/metadata.ts'
import { Unmapped } from './objects/unmapped.ts'
import { count, oneOf, optional, text, timestamp } from './schema.ts'

/** The attributes that every class has, as we fill them; `actor` is the class's own or of the profile `host`. */
export interface BaseAttributes extends SecurityControl {
  readonly class_uid: number
  readonly class_name: string
  readonly category_uid: number
  readonly activity_id: number
  /** Caption of `activity_id`; with 99 the kind of the event. */
  readonly activity_name: string
  /** class_uid * 100 + activity_id */
  readonly type_uid: number
  /** 1 Informational, 2 Low, 3 Medium, 4 High, 5 Critical, 6 Fatal */
  readonly severity_id: number
  readonly severity: string
  /** 1 Success, 2 Failure; of findings and incidents see there. */
  readonly status_id?: number | undefined
  readonly status?: string | undefined
  /** Stable code of the reason. */
  readonly status_code?: string | undefined
  /** Milliseconds since 1970. */
  readonly time: number
  /** How many alike this one stands for, from `start_time` on. */
  readonly count?: number | undefined
  /** Milliseconds since 1970. */
  readonly start_time?: number | undefined
  /** The sentence of the kind. */
  readonly message: string
  readonly metadata: Metadata
  readonly actor?: Actor | undefined
  readonly unmapped?: Unmapped | undefined
}

/** The profile `security_control`, of what was refused: 2 Denied, 2 Blocked. */
export interface SecurityControl {
  readonly action_id?: 2 | undefined
  readonly action?: 'Denied' | undefined
  readonly disposition_id?: 2 | undefined
  readonly disposition?: 'Blocked' | undefined
}

export const severityIds = { Informational: 1, Low: 2, Medium: 3, High: 4, Critical: 5, Fatal: 6 } as const
export type Severity = keyof typeof severityIds

/** What a class is, besides its attributes. */
export interface ClassHead {
  readonly uid: number
  readonly name: string
  readonly category: number
  readonly activities: Readonly<Record<string, number>>
  readonly actor: 'own' | 'required' | 'host'
}

/** Captions of `status_id`, where they are not those of findings. */
const usualStatus: Readonly<Record<number, string>> = { 1: 'Success', 2: 'Failure' }

type OwnShape<T> = { readonly [K in Exclude<keyof T, keyof BaseAttributes>]-?: z.ZodType<T[K]> }

/**
 * The schema of a class: the attributes of every class and its own, nothing else, each caption beside its number, each profile
 * named in the metadata whose attributes are used.
 */
export function classSchema<T extends BaseAttributes>(
  head: ClassHead,
  own: OwnShape<T>,
  status: Readonly<Record<number, string>> = usualStatus,
): z.ZodType<T> {
  const activity = Object.entries(head.activities)
  const base = {
    class_uid: z.literal(head.uid),
    class_name: z.literal(head.name),
    category_uid: z.literal(head.category),
    activity_id: oneOf(activity.map(([, id]) => id)),
    activity_name: text,
    type_uid: z.int(),
    severity_id: oneOf(Object.values(severityIds)),
    severity: oneOf(Object.keys(severityIds)),
    status_id: oneOf(Object.keys(status).map(Number)),
    status: oneOf(Object.values(status)),
    status_code: optional(text),
    time: timestamp,
    count: optional(count),
    start_time: optional(timestamp),
    message: text,
    metadata: Metadata,
    actor: head.actor === 'required' ? Actor : optional(Actor),
    unmapped: optional(Unmapped),
    action_id: z.literal(2).optional(),
    action: z.literal('Denied').optional(),
    disposition_id: z.literal(2).optional(),
    disposition: z.literal('Blocked').optional(),
  }
  const schema = z.strictObject({ ...base, ...own }) as unknown as z.ZodType<T>
  return schema.superRefine((event, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (event.type_uid !== head.uid * 100 + event.activity_id) refuse('type_uid must be class_uid * 100 + activity_id')
    const { activity_id: id, activity_name: name } = event
    if (id !== 99 && head.activities[name] !== id) refuse('activity_name must be the caption of activity_id')
    const severities: Readonly<Record<string, number>> = severityIds
    if (severities[event.severity] !== event.severity_id) refuse('severity must be the caption of severity_id')
    if (status[event.status_id ?? 0] !== event.status) refuse('status must be the caption of status_id')
    for (const problem of profileProblems(event, head)) refuse(problem)
  })
}

function* profileProblems(event: BaseAttributes, head: ClassHead): Generator<string> {
  const { profiles = [] } = event.metadata
  const control = [event.action_id, event.action, event.disposition_id, event.disposition]
  const there = control.filter((attribute) => attribute !== undefined).length
  if (there !== 0 && there !== control.length) yield 'action and disposition go together'
  if ((there !== 0) !== profiles.includes('security_control')) yield 'security_control must be named when it is used'
  const host = head.actor === 'host' && event.actor !== undefined
  if (host !== profiles.includes('host')) yield 'host must be named when it is used'
}
