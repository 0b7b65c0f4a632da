import { setImmediate } from 'node:timers/promises'

/** Lets everybody else have a turn: other requests, and what has arrived. */
export async function nextTurn(): Promise<void> {
  await setImmediate()
}
