import { holds, unread } from '../program/holds.ts'
import { facts, ops, type Program } from '../program/program.ts'

/**
 * Which of several matches an automaton looks for. `any` stops at the first that it sees; `preferred` the one that PCRE would choose; `longest`
 * goes on as long as there may be a longer one.
 */
export type Aim = 'any' | 'preferred' | 'longest'

/** What the simulation of a program knows between two bytes. */
export type Threads = {
  /**
   * The threads as a text, equal where they are equal: behind its first character each is an instruction that waits, namely a set, a match, or an assertion about what
   * was not read; in order of preference.
   */
  readonly name: string
  /** the facts of the symbol read before; 0 where nobody asks */
  readonly near: number
  /** whether an assertion waits */
  readonly asks: boolean
  /** whether a match was reached that nothing stands in the way of: one that asks for nothing of what comes */
  readonly matched: boolean
  /** whether a match may still begin further on */
  readonly searches: boolean
}

/** One step of a program's simulation: each costs at most the size of the program, a few times. */
export interface Stepper {
  readonly program: Program
  /** @param near the facts of the neighbour on the side where reading begins */
  start(near: number): Threads
  /** @returns the threads behind a symbol, and whether a match ended before it */
  step(threads: Threads, symbol: number): { readonly matched: boolean; readonly threads: Threads }
  /** instructions looked at so far */
  work(): number
}

/** Nothing can match any more. */
export function areOver({ name, searches }: Threads): boolean {
  return name.length === 1 && !searches
}

/** Not more arguments at once than a call may have. */
const piece = 8192

/** Turns are counted in 31 bits, and begin anew then. */
const lastTurn = 0x7fffffff

export function createStepper(program: Program, aim: Aim): Stepper {
  const { op, next, arg, alphabet, member, backward } = program
  const seen = new Int32Array(program.size)
  const stack = new Int32Array(program.size + 1)
  // In place 0 stands what the name of threads begins with.
  const found = new Uint16Array(program.size + 1)
  let turn = 0
  let count = 1
  let work = 0
  let asks = false
  let matched = false

  function begin(): void {
    if (++turn === lastTurn) {
      turn = 1
      seen.fill(0)
    }
    count = 1
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

  function threads(facts: number, searches: boolean): Threads {
    const near = asks ? facts : 0
    found[0] = near * 2 + (searches ? 1 : 0)
    return { name: nameOf(found, count), near, asks, matched: matched && !asks, searches }
  }

  /** Whether a match can begin behind the first byte. */
  function beginsInside(): boolean {
    return [0, facts.newline, facts.word].some((near) => {
      begin()
      add(program.start, near, unread)
      return count > 1
    })
  }
  // A longest match is looked for from a given place.
  const searching = aim !== 'longest' && beginsInside()

  return {
    program,
    start(near) {
      begin()
      add(program.start, near, unread)
      return threads(near, searching && !(aim === 'preferred' && matched && !asks))
    },
    step(from, symbol) {
      const far = alphabet.facts[symbol] as number
      const ended = from.asks ? resolve(from, far) : from.matched
      const name = from.asks ? nameOf(found, count) : from.name
      begin()
      for (let n = 1; n < name.length; n++) {
        const at = name.charCodeAt(n)
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
      return { matched: ended, threads: threads(far, searches) }
    },
    work: () => work,
  }

  /** Asks what waited for the next symbol. */
  function resolve({ name, near }: Threads, far: number): boolean {
    begin()
    for (let n = 1; n < name.length; n++) {
      add(name.charCodeAt(n), near, far)
      if (aim === 'preferred' && matched) break
    }
    return matched
  }
}

function nameOf(found: Uint16Array, count: number): string {
  let name = ''
  for (let at = 0; at < count; at += piece) {
    const part = found.subarray(at, Math.min(count, at + piece))
    name += String.fromCharCode.apply(null, part as unknown as number[])
  }
  return name
}
