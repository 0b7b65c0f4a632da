import { type Aim, areOver, type Stepper, type Threads } from './threads.ts'

/**
 * A deterministic automaton that is made while it is used. A state is the start of its row in the table; row 0 is not used. An entry n says:
 * above 0, go to state n; 0, nobody has been there; below 0, -n - 1 is twice a state, plus 1 when a match ends before the symbol that was read.
 */
export type Dfa = {
  readonly stepper: Stepper
  readonly aim: Aim
  readonly width: number
  table: Int32Array
  /** what each state stands for */
  states: Threads[]
  readonly byName: Map<string, number>
  /** by the facts of the neighbour on the side where reading begins; 0 where nobody has begun */
  readonly starts: Int32Array
  readonly bytes: number
  used: number
  /** how often it was full, and how many states it had the last time */
  flushes: number
  lastFull: number
}

/** Nothing can match any more. */
export const dead = 1

/** What one state costs beside its row and its name: an object, a string, an entry of the map. */
const overhead = 150

export function createDfa(stepper: Stepper, aim: Aim, bytes: number): Dfa {
  const width = stepper.program.alphabet.size
  return {
    stepper,
    aim,
    width,
    table: new Int32Array(width * 8),
    states: [],
    byName: new Map(),
    starts: new Int32Array(16),
    bytes,
    used: 0,
    flushes: 0,
    lastFull: 0,
  }
}

/** @param near the facts of the neighbour on the side where reading begins */
export function startState(dfa: Dfa, near: number): number {
  const known = dfa.starts[near] as number
  if (known !== 0) return known
  const state = stateOf(dfa, dfa.stepper.start(near))
  dfa.starts[near] = state
  return state
}

/** @returns the entry for a state and a symbol, which it makes. The table may be another one afterwards, and all states forgotten */
export function entryOf(dfa: Dfa, state: number, symbol: number): number {
  const { flushes } = dfa
  const { matched, threads } = dfa.stepper.step(threadsOf(dfa, state), symbol)
  const entry = encode(dfa, matched, threads)
  if (dfa.flushes === flushes) dfa.table[state + symbol] = entry
  return entry
}

export function threadsOf(dfa: Dfa, state: number): Threads {
  return dfa.states[state / dfa.width] as Threads
}

function encode(dfa: Dfa, matched: boolean, threads: Threads): number {
  if (dfa.aim === 'any' && (matched || threads.matched)) return -(dead * 2 + 1) - 1
  if (areOver(threads)) return -(dead * 2 + (matched ? 1 : 0)) - 1
  const state = stateOf(dfa, threads)
  return matched ? -(state * 2 + 1) - 1 : state
}

function stateOf(dfa: Dfa, threads: Threads): number {
  const known = dfa.byName.get(threads.name)
  if (known !== undefined) return known
  dfa.used += dfa.width * 4 + threads.name.length * 2 + overhead
  if (dfa.used > dfa.bytes && dfa.states.length > 3) flush(dfa)
  // Row 0 stays empty: 0 is what says that nobody has been there, and `dead` lies in it.
  if (dfa.states.length === 0) dfa.states.push(threads)
  const offset = dfa.states.length * dfa.width
  dfa.states.push(threads)
  if (offset + dfa.width > dfa.table.length) {
    const larger = new Int32Array(dfa.table.length * 2)
    larger.set(dfa.table)
    dfa.table = larger
  }
  dfa.byName.set(threads.name, offset)
  return offset
}

function flush(dfa: Dfa): void {
  dfa.flushes++
  dfa.lastFull = dfa.states.length
  dfa.used = 0
  dfa.states = []
  dfa.table = new Int32Array(dfa.width * 8)
  dfa.byName.clear()
  dfa.starts.fill(0)
}
