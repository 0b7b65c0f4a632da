import { z } from 'zod'
import {
  FileSettings,
  OtlpSecrets,
  OtlpSettings,
  SinkFilter,
  sinkKinds,
  SyslogSecrets,
  SyslogSettings,
  WebhookSettings,
} from './settings.ts'
import type { Sink } from './sink.ts'
import type { Behind } from './store/sinks.ts'
import { behindMost } from './store/sinks.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, a letter first')
const failedAfterSeconds = z.int().min(5).max(86_400)

const common = {
  name,
  filter: SinkFilter.prefault({}),
  from: z
    .union([z.enum(['end', 'start']), z.int().min(0)])
    .default('end')
    .describe('Where to begin: with what comes, with the oldest, or above this place of the log.'),
  failedAfterSeconds: failedAfterSeconds.default(300).describe('How long it may take nothing before that is an event.'),
}

export const NewSink = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('otlp'), settings: OtlpSettings, secrets: OtlpSecrets.prefault({}) }),
  z.strictObject({
    ...common,
    kind: z.literal('syslog'),
    settings: SyslogSettings,
    secrets: SyslogSecrets.prefault({}),
  }),
  z.strictObject({ ...common, kind: z.literal('file'), settings: FileSettings }),
  z.strictObject({ ...common, kind: z.literal('webhook'), settings: WebhookSettings }),
])
export type NewSink = z.output<typeof NewSink>

/** What is named replaces what was; settings and secrets as wholes, in the form of the sink's kind. */
export const SinkChanges = z
  .strictObject({
    settings: z.record(z.string(), z.unknown()),
    secrets: z.record(z.string(), z.unknown()),
    filter: SinkFilter,
    failedAfterSeconds,
  })
  .partial()
export type SinkChanges = z.output<typeof SinkChanges>

export const Rewind = z.strictObject({ seq: z.int().min(0).describe('What lies above this place is delivered next.') })
export const Rotation = z.strictObject({
  overlapHours: z.int().min(0).max(168).default(24).describe('How long the old secret signs beside the new one.'),
})

const time = z.iso.datetime().nullable()

export const SinkView = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(sinkKinds),
  settings: z.record(z.string(), z.unknown()),
  filter: SinkFilter,
  state: z.enum(['active', 'paused', 'disabled']),
  cursor: z.int().min(0),
  head: z.int().min(0),
  behind: z.object({
    events: z.int().min(0),
    more: z.boolean().describe('There are more than were counted.'),
    seconds: z.int().min(0).describe('Age of the oldest that has not been delivered.'),
  }),
  delivered: z.int(),
  repeated: z.int().describe('Messages sent again without knowing whether they had arrived.'),
  refused: z.int().describe('Events that the receiver took and rejected.'),
  lastDeliveredAt: time,
  failures: z.int(),
  failingSince: time,
  lastError: z.string().nullable(),
  nextAttemptAt: time,
  failedAfterSeconds: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type SinkView = z.output<typeof SinkView>

export const SinkList = z.object({ items: z.array(SinkView) })
export const MadeSink = z.object({
  sink: SinkView,
  secret: z.string().nullable().describe('The signing secret of a webhook. It is shown this once.'),
})
export const NewSecret = z.object({ secret: z.string(), oldUntil: z.iso.datetime() })
export const TestResult = z.object({
  ok: z.boolean(),
  error: z.string().nullable(),
  milliseconds: z.int().min(0),
})

export interface Lag {
  readonly head: number
  readonly behind: Behind
  readonly now: Date
}

export function viewSink(sink: Sink, { head, behind, now }: Lag): SinkView {
  const iso = (at: Date | null) => at?.toISOString() ?? null
  const seconds = behind.since === null ? 0 : Math.max(0, Math.round((now.getTime() - behind.since.getTime()) / 1000))
  return {
    id: sink.id,
    name: sink.name,
    kind: sink.kind,
    settings: sink.settings as Record<string, unknown>,
    filter: sink.filter,
    state: sink.state,
    cursor: sink.cursor,
    head,
    behind: { events: behind.events, more: behind.events >= behindMost, seconds },
    delivered: sink.delivered,
    repeated: sink.repeated,
    refused: sink.refused,
    lastDeliveredAt: iso(sink.lastDeliveredAt),
    failures: sink.failures,
    failingSince: iso(sink.failingSince),
    lastError: sink.lastError,
    nextAttemptAt: iso(sink.nextAttemptAt),
    failedAfterSeconds: sink.failedAfterSeconds,
    createdAt: sink.createdAt.toISOString(),
    updatedAt: sink.updatedAt.toISOString(),
  }
}
