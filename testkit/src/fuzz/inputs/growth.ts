import type { Target } from './targets.ts'
import { everyday, type Shape, textOf } from './texts.ts'

const SMALL = 4_096
export const LARGE = 65_536
/** Less than this is the clock's grain and the machine's other work, in microseconds. */
const GRAIN = 20_000
/** What is linear costs 16 times as much for 16 times as many bytes; what is quadratic 256 times. */
const MOST = 64

/** What a shape costs a target. */
export interface Cost {
  readonly target: string
  readonly shape: Shape
  readonly which: number
  /** Microseconds of 64 KiB of it. */
  readonly large: number
  /** Times what 4 KiB of it cost. */
  readonly growth: number
  /** Times what 64 KiB of everyday text cost. */
  readonly ratio: number
}

/** CPU time of one reading of a text, in microseconds. What is short is read many times: the clock counts in milliseconds. */
function least(target: Target, text: string, which: number, times: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    const before = process.threadCpuUsage()
    for (let time = 0; time < times; time++) target.read(text, which)
    const { user, system } = process.threadCpuUsage(before)
    best = Math.min(best, (user + system) / times)
    if (best * times > 500_000) break
  }
  return best
}

const usual = new Map<string, number>()

function usualOf(target: Target): number {
  const known = usual.get(target.name) ?? least(target, everyday(LARGE), 0, 40)
  usual.set(target.name, known)
  return known
}

export function costOf(target: Target, shape: Shape, which: number): Cost {
  const large = least(target, textOf(shape, LARGE), which, 1)
  const small = least(target, textOf(shape, SMALL), which, LARGE / SMALL)
  return {
    target: target.name,
    shape,
    which,
    large,
    growth: large / Math.max(small, 1),
    ratio: large / Math.max(usualOf(target), 1),
  }
}

/** Costs more than in proportion to its size; asked three times, for another process may have stood in between. */
export function isSuperLinear(target: Target, cost: Cost): boolean {
  let again = cost
  for (let count = 0; count < 3; count++) {
    if (again.large < GRAIN || again.growth < MOST) return false
    again = costOf(target, cost.shape, cost.which)
  }
  return true
}
