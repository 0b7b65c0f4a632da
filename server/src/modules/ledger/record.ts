import { completeEvent, UnsequencedEvent } from '@holdfast/events'
import type { Clock } from '../../platform/clock.ts'
import { Fault } from '../../platform/errors.ts'
import type { RecordedEvent, RecordEvent, RecordEvents, WorkContext } from '../../platform/ports.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx } from '../../platform/work.ts'
import type { Describe } from './describe.ts'
import { errors } from './errors.ts'
import type { InsertEvents } from './insert.ts'

export interface RecordDeps {
  readonly clock: Clock
  readonly random: Random
  readonly describe: Describe
  readonly insertEvents: InsertEvents
  /** called when something was inserted, and is about to be committed */
  readonly written: (tx: Pick<Tx, 'kysely'>) => void
}

/**
 * Makes the port by which every module records. What came from outside is scrubbed and clipped, so that nobody keeps an
 * event out of the log by sending something long; a kind, reason or application that is not well-formed is our own
 * mistake, and a fault: then neither the event nor its change is made.
 */
export function createRecord(deps: RecordDeps): RecordEvent {
  const record = createRecordMany(deps)
  return async (tx, event, context) => {
    const [id] = await record(tx, [{ event, context }])
    return id ?? ''
  }
}

/** The same for events of several requests that share a transaction, in one statement. */
export function createRecordMany({ clock, random, describe, insertEvents, written }: RecordDeps): RecordEvents {
  function completed(event: RecordedEvent, context: WorkContext): UnsequencedEvent {
    const { actor, outcome = 'success', ...rest } = event
    const complete = completeEvent(
      { ...rest, outcome, actor: actor === undefined ? context.actor : actor },
      { id: random.id(), time: clock.now(), source: context.source, requestId: context.requestId },
    )
    const checked = UnsequencedEvent.safeParse(complete)
    if (!checked.success) {
      const paths = checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
      throw new Fault(errors.event_not_recorded, `the event ${event.kind} is not acceptable: ${paths.join('; ')}`)
    }
    return checked.data
  }

  return async (tx, events, end) => {
    const complete = events.map(({ event, context }) => completed(event, context))
    if (complete.length === 0) return []
    const inserted = await insertEvents(
      tx,
      complete.map((event) => describe(event, tx.tenant)),
      end,
    )
    if (inserted !== complete.length) {
      throw new Fault(errors.event_not_recorded, `of ${complete.length} events ${inserted} were inserted`)
    }
    written(tx)
    return complete.map(({ id }) => id)
  }
}
