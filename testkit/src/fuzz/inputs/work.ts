import { costOf, type Cost, isSuperLinear } from './growth.ts'
import { Random } from './random.ts'
import type { Target } from './targets.ts'
import { type Shape, shapeOf, sizeOf, textOf } from './texts.ts'

export interface Crash {
  readonly target: string
  readonly which: number
  readonly input: string
  readonly error: string
}

/** What one target did with its inputs. */
export interface Outcome {
  readonly target: string
  readonly inputs: number
  readonly bytes: number
  readonly crashes: readonly Crash[]
  /** The input that took longest: microseconds, bytes. */
  readonly slowest: { readonly microseconds: number; readonly bytes: number }
  /** The shape that cost most, of those that were slowest for their size, made as long as somebody could send it. */
  readonly worst: Cost | undefined
  readonly superLinear: readonly Cost[]
}

interface Slow {
  readonly shape: Shape
  readonly which: number
  readonly perByte: number
}

/** So many of the slowest shapes are made long. */
const CANDIDATES = 12
const KEPT_CRASHES = 5

/** Gives a target so many inputs. The same seed gives the same ones. */
export function work(target: Target, inputs: number, seed: number): Outcome {
  const random = new Random(seed)
  const crashes: Crash[] = []
  let slow: Slow[] = []
  let bytes = 0
  let slowest = { microseconds: 0, bytes: 0 }
  for (let count = 0; count < inputs; count++) {
    const shape = shapeOf(random)
    const input = textOf(shape, sizeOf(random, shape))
    const which = random.number(2_310)
    bytes += input.length
    const before = performance.now()
    try {
      target.read(input, which)
    } catch (error) {
      if (crashes.length < KEPT_CRASHES)
        crashes.push({
          target: target.name,
          which,
          input,
          error: error instanceof Error ? (error.stack ?? '') : String(error),
        })
    }
    const microseconds = (performance.now() - before) * 1_000
    if (microseconds > slowest.microseconds) slowest = { microseconds, bytes: input.length }
    slow = kept(slow, { shape, which, perByte: microseconds / (input.length + 64) })
  }
  const costs = slow.map((each) => costOf(target, each.shape, each.which))
  return {
    target: target.name,
    inputs,
    bytes,
    crashes,
    slowest,
    worst: costs.toSorted((left, right) => right.large - left.large)[0],
    superLinear: costs.filter((cost) => isSuperLinear(target, cost)),
  }
}

function kept(slow: Slow[], next: Slow): Slow[] {
  if (slow.length < CANDIDATES) return [...slow, next]
  const fastest = slow.reduce((least, each) => (each.perByte < least.perByte ? each : least))
  return next.perByte > fastest.perByte ? [...slow.filter((each) => each !== fastest), next] : slow
}
