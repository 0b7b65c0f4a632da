import { holds, unread } from '../program/holds.ts'
import { facts, ops, type Program } from '../program/program.ts'

/**
 * Which of several matches an automaton looks for. `any` stops at the first that it sees; `preferred` the one that PCRE would choose; `longest`
 * goes on as long as there may be a longer one.
 */
export type Aim = 'any' | 'preferred' | 'longest'

/** What the simulation of a program knows between two bytes. */
export type Threads = {
  /** instructions that wait: sets, matches, and assertions about what was not read; in order of preference, or by number where that means nothing */
  readonly waiting: Int32Array
  /** whether an assertion waits */
  readonly asks: boolean
  /** whether a match waits that nothing stands in the way of: one that asks for nothing of what comes */
  readonly matched: boolean
  /** whether a match may still begin further on */
  readonly searches: boolean
}

/** One step of a program's simulation: each costs at most the size of the program. */
export interface Stepper {
  readonly program: Program
  /** @param near the facts of the neighbour on the side where reading begins */
  start(near: number): Threads
  /**
   * Reads one symbol.
   * @param near the facts of the symbol read before
   * @returns the threads behind it, and whether a match ended before it
   */
  step(threads: Threads, near: number, symbol: number): { readonly matched: boolean; readonly threads: Threads }
  /** instructions looked at so far */
  work(): number
}

/** Turns are counted in 31 bits, and begin anew then. */
const lastTurn = 0x7fffffff

export function createStepper(program: Program, aim: Aim): Stepper {
  const { op, next, arg, alphabet, member, backward } = program
  const seen = new Int32Array(program.size)
  const stack = new Int32Array(program.size + 1)
  const found = new Int32Array(program.size)
  let turn = 0
  let count = 0
  let work = 0
  let asks = false
  let matched = false

  function begin(): void {
    if (++turn === lastTurn) {
      turn = 1
      seen.fill(0)
    }
    count = 0
    asks = false
    matched = false
  }

  /** Follows what reads nothing, in order of preference. */
  function add(instruction: number, near: number, far: number): void {
    let height = 1
    stack[0] = instruction
    while (height > 0) {
      const at = stack[--height] as number
      if (seen[at] === turn) continue
      seen[at] = turn
      work++
      const what = op[at]
      if (what === ops.split) {
        stack[height++] = arg[at] as number
        stack[height++] = next[at] as number
      } else if (what === ops.save) stack[height++] = next[at] as number
      else if (what === ops.assert) {
        const holding = backward ? holds(arg[at] as number, far, near) : holds(arg[at] as number, near, far)
        if (holding === true) stack[height++] = next[at] as number
        else if (holding === undefined) {
          asks = true
          found[count++] = at
        }
      } else {
        found[count++] = at
        if (what === ops.match) {
          matched = true
          // Whatever is preferred less, or begins later, has lost: unless something before it still waits to be asked.
          if (aim === 'preferred' && !asks) return
        }
      }
    }
  }

  function threads(searches: boolean): Threads {
    const waiting = found.slice(0, count)
    if (aim !== 'preferred') waiting.sort()
    return { waiting, asks, matched: matched && !asks, searches }
  }

  /** Whether a match can begin behind the first byte. */
  function beginsInside(): boolean {
    return [0, facts.newline, facts.word].some((near) => {
      begin()
      add(program.start, near, unread)
      return count > 0
    })
  }
  // A longest match is looked for from a given place.
  const searching = aim !== 'longest' && beginsInside()

  return {
    program,
    start(near) {
      begin()
      add(program.start, near, unread)
      return threads(searching && !(aim === 'preferred' && matched && !asks))
    },
    step(from, near, symbol) {
      const far = alphabet.facts[symbol] as number
      const { waiting, matched: ended } = from.asks ? resolved(from, near, far) : from
      begin()
      for (let n = 0; n < waiting.length; n++) {
        const at = waiting[n] as number
        work++
        if (op[at] === ops.match) {
          if (aim === 'preferred') break
        } else if (member[(arg[at] as number) * alphabet.size + symbol] === 1) {
          add(next[at] as number, far, unread)
          if (aim === 'preferred' && matched && !asks) break
        }
      }
      const over = aim === 'preferred' && (ended || (matched && !asks))
      const searches = from.searches && !over && symbol !== alphabet.edge
      if (searches) add(program.start, far, unread)
      return { matched: ended, threads: threads(searches) }
    },
    work: () => work,
  }

  /** Asks what waited for the next symbol. */
  function resolved({ waiting, searches }: Threads, near: number, far: number): Threads {
    begin()
    for (let n = 0; n < waiting.length; n++) {
      add(waiting[n] as number, near, far)
      if (aim === 'preferred' && matched) break
    }
    return { waiting: found.slice(0, count), asks, matched, searches }
  }
}
