import { textOf, type Answer } from './http.ts'
import type { Attack, Outcome } from './attack.ts'

/** Where an attack is played. */
export type Door = 'naive' | 'fronted' | 'gateway' | 'bypassed'

export interface LedgerEvent {
  readonly id: string
  readonly kind: string
  readonly outcome: string
  readonly reason: string | null
}

/** What came of one attack at one door. */
export interface Result {
  readonly door: Door
  /** The attacker has what they wanted. null: the attack could not be played, `effect` says why. */
  readonly succeeded: boolean | null
  readonly asExpected: boolean
  /** Each different answer once, in the order they came: `422 body_invalid`. */
  readonly answered: readonly string[]
  readonly effect: string
  /** What the answers named and the control plane's ledger holds. */
  readonly events: readonly LedgerEvent[]
  /** Ids that an answer named and the ledger does not hold: a broken promise. */
  readonly missingEvents: readonly string[]
}

export interface Row {
  readonly id: string
  readonly title: string
  readonly story: string
  readonly does: string
  readonly results: readonly Result[]
}

export type FindEvent = (id: string) => Promise<LedgerEvent | null>

type Played = Omit<Outcome, 'succeeded'> & { readonly succeeded: boolean | null }

/** What cannot be played is told, and is no success. */
export async function attempt(attack: () => Promise<Outcome>): Promise<Played> {
  try {
    return await attack()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { succeeded: null, effect: `could not be played: ${message}`, answers: [] }
  }
}

/**
 * Looks up the events that the answers of an attack name.
 * @param expected whether it should succeed at this door
 */
export async function judge(door: Door, outcome: Played, findEvent: FindEvent, expected: boolean): Promise<Result> {
  const ids = [...new Set(outcome.answers.flatMap(({ json }) => textOf(json, 'eventId') ?? []))]
  const found = await Promise.all(ids.map(async (id) => ({ id, event: await findEvent(id) })))
  const missingEvents = found.flatMap(({ id, event }) => (event === null ? [id] : []))
  return {
    door,
    succeeded: outcome.succeeded,
    asExpected: outcome.succeeded === expected && missingEvents.length === 0,
    answered: [...new Set(outcome.answers.map(inShort))],
    effect: outcome.effect,
    events: found.flatMap(({ event }) => event ?? []),
    missingEvents,
  }
}

export function rowOf({ id, title, story, does }: Attack, results: readonly Result[]): Row {
  return { id, title, story, does, results }
}

function inShort({ status, json }: Answer): string {
  const code = textOf(json, 'code')
  return code === undefined ? String(status) : `${status} ${code}`
}
