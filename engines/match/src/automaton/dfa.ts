import type { Aim, Stepper, Threads } from './threads.ts'

/**
 * A deterministic automaton that is made while it is used. A state is the start of its row in the table; row 0 is not used. An entry n says:
 * above 0, go to state n; 0, nobody has been there; below 0, -n - 1 is twice a state, plus 1 when a match ends before the symbol that was read.
 */
export type Dfa = {
  readonly stepper: Stepper
  readonly aim: Aim
  readonly width: number
  table: Int32Array
  /** what each state stands for, and the facts of the symbol read before it */
  states: Known[]
  readonly byKey: Map<string, number>
  /** by the facts of the neighbour on the side where reading begins; 0 where nobody has begun */
  readonly starts: Int32Array
  readonly bytes: number
  used: number
  /** how often it was full, and how many states it had the last time */
  flushes: number
  lastFull: number
}

type Known = { readonly threads: Threads; readonly near: number }

/** Nothing can match any more. */
export const dead = 1

/** What one state costs beside its row and its threads: an object, a key, an entry of the map. */
const overhead = 200

export function createDfa(stepper: Stepper, aim: Aim, bytes: number): Dfa {
  const width = stepper.program.alphabet.size
  return {
    stepper,
    aim,
    width,
    table: new Int32Array(width * 8),
    states: [],
    byKey: new Map(),
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
  const state = stateOf(dfa, { threads: dfa.stepper.start(near), near })
  dfa.starts[near] = state
  return state
}

/** @returns the entry for a state and a symbol, which it makes. The table may be another one afterwards, and all states forgotten */
export function entryOf(dfa: Dfa, state: number, symbol: number): number {
  const from = dfa.states[state / dfa.width] as Known
  const { flushes } = dfa
  const { matched, threads } = dfa.stepper.step(from.threads, from.near, symbol)
  const { alphabet } = dfa.stepper.program
  const entry = encode(dfa, matched, threads, threads.asks ? (alphabet.facts[symbol] as number) : 0)
  if (dfa.flushes === flushes) dfa.table[state + symbol] = entry
  return entry
}

export function threadsOf(dfa: Dfa, state: number): Known {
  return dfa.states[state / dfa.width] as Known
}

function encode(dfa: Dfa, matched: boolean, threads: Threads, near: number): number {
  if (dfa.aim === 'any' && (matched || threads.matched)) return -(dead * 2 + 1) - 1
  if (threads.waiting.length === 0 && !threads.searches) return -(dead * 2 + (matched ? 1 : 0)) - 1
  const state = stateOf(dfa, { threads, near })
  return matched ? -(state * 2 + 1) - 1 : state
}

function stateOf(dfa: Dfa, state: Known): number {
  const { threads, near } = state
  const key = `${near},${threads.searches ? 1 : 0},${String.fromCharCode(...threads.waiting)}`
  const known = dfa.byKey.get(key)
  if (known !== undefined) return known
  dfa.used += dfa.width * 4 + threads.waiting.length * 6 + overhead
  if (dfa.used > dfa.bytes && dfa.states.length > 3) flush(dfa)
  // Row 0 stays empty: 0 is what says that nobody has been there, and `dead` lies in it.
  if (dfa.states.length === 0) dfa.states.push(state)
  const offset = dfa.states.length * dfa.width
  dfa.states.push(state)
  if (offset + dfa.width > dfa.table.length) {
    const larger = new Int32Array(dfa.table.length * 2)
    larger.set(dfa.table)
    dfa.table = larger
  }
  dfa.byKey.set(key, offset)
  return offset
}

function flush(dfa: Dfa): void {
  dfa.flushes++
  dfa.lastFull = dfa.states.length
  dfa.used = 0
  dfa.states = []
  dfa.table = new Int32Array(dfa.width * 8)
  dfa.byKey.clear()
  dfa.starts.fill(0)
}
