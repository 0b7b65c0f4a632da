import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Read, Work } from '../../../platform/work.ts'
import type { SinkDeps } from './deps.ts'
import { requireSink } from './list.ts'
import { openTarget } from './secrets.ts'
import { openTransport } from './transports/open.ts'
import { failureOf } from './transports/transport.ts'

export interface TestResult {
  readonly ok: boolean
  /** in our own words: nothing of what the far side answered */
  readonly error: string | null
  readonly milliseconds: number
}

/** Sends a test message, past the cursor and whatever waits. For a file it opens the file, and writes nothing. */
export async function testSink(
  deps: SinkDeps,
  { read, work, signal }: { readonly read: Read; readonly work: Work; readonly signal: AbortSignal },
  id: string,
  now: Date,
): Promise<Outcome<TestResult>> {
  const found = await read(async (tx) => {
    const sink = await requireSink(tx, id)
    if (!sink.ok) return sink
    return ok({ sink: sink.value, target: await openTarget(tx, deps.column, sink.value) })
  })
  if (!found.ok) return found
  const { sink, target } = found.value
  const transport = openTransport(sink, target, deps.surroundings)
  const started = performance.now()
  let error: string | null = null
  try {
    await transport.send([{ is: 'test', id: deps.random.id(), time: now }], signal)
  } catch (cause) {
    error = failureOf(cause).message
  } finally {
    await transport.close()
  }
  const milliseconds = Math.round(performance.now() - started)
  return work(async (tx) => {
    await tx.record({
      kind: 'sink.tested',
      outcome: error === null ? 'success' : 'failure',
      resource: { type: 'Sink', id: sink.id },
      data: { name: sink.name, milliseconds, error },
    })
    return ok({ ok: error === null, error, milliseconds })
  })
}
