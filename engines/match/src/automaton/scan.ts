import { type Alphabet, facts } from '../program/program.ts'
import { areOver } from './threads.ts'
import { dead, type Dfa, entryOf, startState, threadsOf } from './dfa.ts'

/**
 * Runs an automaton over a text from `begin` on.
 * @returns where the match ends; for the aim `any` a place where one had certainly been seen; -1 for none
 */
export function scanForward(dfa: Dfa, text: string, begin: number): number {
  const { alphabet } = dfa.stepper.program
  const { symbolOf } = alphabet
  // A newline at the very end is a symbol of its own where the pattern asks for it.
  const plain = alphabet.finalNewline !== undefined && text.endsWith('\n') ? text.length - 1 : text.length
  let { flushes } = dfa
  let since = begin
  let last = -1
  let state = startState(dfa, factsAt(alphabet, text, begin - 1))
  let { table } = dfa
  for (let at = begin; at <= text.length; at++) {
    for (; at < plain; at++) {
      // A character that is no byte has no symbol, and so no entry.
      const entry = table[state + (symbolOf[text.charCodeAt(at)] as number)] as number
      if (!(entry > 0)) break
      state = entry
    }
    const symbol = symbolAt(alphabet, text, at)
    let entry = table[state + symbol] as number
    if (entry === 0) {
      if (dfa.flushes !== flushes) {
        if (thrashes(dfa, at - since)) return simulate(dfa, text, state, at, text.length, last)
        flushes = dfa.flushes
        since = at
      }
      entry = entryOf(dfa, state, symbol)
      table = dfa.table
    }
    if (entry > 0) {
      state = entry
      continue
    }
    const meaning = -entry - 1
    if ((meaning & 1) === 1) last = at
    state = meaning >> 1
    if (state === dead) return last
  }
  return last
}

/**
 * Runs an automaton of a backward program from `begin` down to `floor`; what lies before that is seen by assertions alone.
 * @returns where the match begins, -1 for none
 */
export function scanBackward(dfa: Dfa, text: string, begin: number, floor: number): number {
  const { alphabet } = dfa.stepper.program
  let { flushes } = dfa
  let since = begin
  let last = -1
  let state = startState(dfa, factsAt(alphabet, text, begin))
  let { table } = dfa
  for (let at = begin; at >= floor; at--) {
    const symbol = symbolAt(alphabet, text, at - 1)
    let entry = table[state + symbol] as number
    if (entry === 0) {
      if (dfa.flushes !== flushes) {
        if (thrashes(dfa, since - at)) return simulate(dfa, text, state, at, floor, last)
        flushes = dfa.flushes
        since = at
      }
      entry = entryOf(dfa, state, symbol)
      table = dfa.table
    }
    if (entry > 0) {
      state = entry
      continue
    }
    const meaning = -entry - 1
    if ((meaning & 1) === 1) last = at
    state = meaning >> 1
    if (state === dead) return last
  }
  return last
}

/** What stands at a place; outside of the text, its edge. */
export function symbolAt(alphabet: Alphabet, text: string, at: number): number {
  if (at < 0 || at >= text.length) return alphabet.edge
  const code = text.charCodeAt(at)
  if (code > 255) throw new RangeError('a character that is not a byte (latin1)')
  if (code === 10 && at === text.length - 1 && alphabet.finalNewline !== undefined) return alphabet.finalNewline
  return alphabet.symbolOf[code] as number
}

export function factsAt(alphabet: Alphabet, text: string, at: number): number {
  if (at < 0 || at >= text.length) return facts.edge
  return alphabet.facts[symbolAt(alphabet, text, at)] as number
}

/** Whether the memory filled faster than it pays: fewer than four bytes were read for each state that was made. */
function thrashes(dfa: Dfa, read: number): boolean {
  return read < 4 * dfa.lastFull
}

/** Goes on without keeping states: what one byte costs is bounded by the size of the program. */
function simulate(dfa: Dfa, text: string, state: number, begin: number, end: number, before: number): number {
  const { stepper } = dfa
  const { alphabet, backward } = stepper.program
  const direction = backward ? -1 : 1
  let threads = threadsOf(dfa, state)
  let last = before
  for (let at = begin; at !== end + direction; at += direction) {
    const symbol = symbolAt(alphabet, text, backward ? at - 1 : at)
    const stepped = stepper.step(threads, symbol)
    if (stepped.matched) last = at
    if (dfa.aim === 'any' && (stepped.matched || stepped.threads.matched)) return at
    threads = stepped.threads
    if (areOver(threads)) return last
  }
  return last
}
