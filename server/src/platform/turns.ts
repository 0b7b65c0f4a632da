import { setImmediate } from 'node:timers/promises'

/** Lets everybody else have a turn: other requests, and what has arrived. */
export async function nextTurn(): Promise<void> {
  await setImmediate()
}

/** Milliseconds for which one question keeps everybody else waiting, and those that it may take by itself in all. */
const slice = 20
const usual = 5_000

/** How one long question shares this process with everybody else. What its steps cost is not known: the policies may be anybody's. */
export interface Turns {
  /** After each step: whether it is somebody else's turn. */
  due(): boolean
  /** Lets them have it. */
  give(): Promise<void>
  /** Whether the question has had all of its time: it ends here, and goes on when it is asked again. */
  over(): boolean
}

/**
 * @param steps after which it is somebody else's turn in any case
 * @param most milliseconds in all
 * @param tick milliseconds of a clock that only goes forward
 */
export function takingTurns(
  steps: number,
  { most = usual, tick = () => performance.now() }: { readonly most?: number; readonly tick?: () => number } = {},
): Turns {
  let since = tick()
  let [spent, taken] = [0, 0]
  return {
    due() {
      taken += 1
      return taken >= steps || tick() - since > slice
    },
    async give() {
      spent += tick() - since
      await nextTurn()
      taken = 0
      since = tick()
    },
    over: () => spent + tick() - since > most,
  }
}
