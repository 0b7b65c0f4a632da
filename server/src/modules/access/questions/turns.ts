import { nextTurn } from '../../../platform/turns.ts'

/** Decisions between two turns: some milliseconds. */
const decisions = 500

/** Lets others have their turn now and then, while many decisions are taken. */
export function takingTurns(): () => Promise<void> {
  let taken = 0
  return async () => {
    taken += 1
    if (taken % decisions === 0) await nextTurn()
  }
}
