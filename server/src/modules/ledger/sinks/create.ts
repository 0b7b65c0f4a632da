import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Random } from '../../../platform/random.ts'
import type { Work } from '../../../platform/work.ts'
import { checkTarget } from './check.ts'
import type { SinkDeps } from './deps.ts'
import { sinkErrors } from './errors.ts'
import { showSink } from './list.ts'
import { targetOf } from './secrets.ts'
import { sinksMost } from './sink.ts'
import { insertSink, readHeadSize, selectSinks } from './store/sinks.ts'
import type { NewSink, SinkView } from './wire.ts'

export interface MadeSink {
  readonly sink: SinkView
  /** the signing secret of a webhook, this once */
  readonly secret: string | null
}

/** Makes a sink. It begins to deliver at once, with what comes, or from where it is told to. */
export async function createSink(deps: SinkDeps, work: Work, given: NewSink, now: Date): Promise<Outcome<MadeSink>> {
  const secret = given.kind === 'webhook' ? newSigningSecret(deps.random) : null
  const secrets = secret !== null ? { signing: [{ secret, until: null }] } : 'secrets' in given ? given.secrets : {}
  const checked = await checkTarget(targetOf(given.kind, given.settings, secrets), deps.surroundings)
  if (!checked.ok) return checked
  const { name, kind, settings, filter, from, failedAfterSeconds } = given
  return work(async (tx) => {
    if ((await selectSinks(tx)).length >= sinksMost) return refuse(sinkErrors.sinks_too_many, { most: sinksMost })
    const head = await readHeadSize(tx)
    const cursor = from === 'end' ? head : from === 'start' ? 0 : from
    if (cursor > head) return refuse(sinkErrors.sink_place_beyond, { head, seq: cursor })
    const id = deps.random.id()
    const sealed = await deps.column.close(tx, id, JSON.stringify(secrets))
    const sink = { id, name, kind, settings, secrets: sealed, filter, cursor, failedAfterSeconds, now }
    if (!(await insertSink(tx, sink))) return refuse(sinkErrors.sink_name_taken, { name })
    await tx.record({
      kind: 'sink.created',
      resource: { type: 'Sink', id },
      data: { name, kind, target: targetName(settings), filter, cursor },
    })
    return ok({ sink: await showSink(tx, id, now), secret })
  })
}

/** Standard Webhooks, "Signature scheme": 24 to 64 random bytes, base64 behind `whsec_`. */
export function newSigningSecret(random: Random): string {
  return `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`
}

/** Where a sink sends to, for the event that says it. */
export function targetName(settings: unknown): string {
  const { url, host, port, path } = settings as Partial<Record<'url' | 'host' | 'port' | 'path', string | number>>
  return url !== undefined
    ? (String(url).split('?', 1)[0] ?? '')
    : host !== undefined
      ? `${host}:${port}`
      : String(path)
}
