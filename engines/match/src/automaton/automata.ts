import { build } from '../program/build.ts'
import type { Pattern } from '../parse/node.ts'
import type { Limits, Span } from '../types.ts'
import { createDfa, type Dfa } from './dfa.ts'
import { groupsAt } from './groups.ts'
import { scanBackward, scanForward } from './scan.ts'
import { type Aim, createStepper } from './threads.ts'

/** The automata of one pattern, each made when it is first needed. */
export interface Automata {
  test(text: string): boolean
  find(text: string, from: number): Span | undefined
  groups(text: string, from: number): readonly (Span | undefined)[] | undefined
  /** instructions looked at so far, without one per byte where the next state was known: what tests count */
  work(): number
}

/** A state is numbered in 16 bits where states are keys. */
const mostStates = 65_000

/** @throws PatternError `too_large`, at once: the forward program is built here */
export function createAutomata(pattern: Pattern, limits: Limits): Automata {
  const states = Math.min(limits.states ?? 30_000, mostStates)
  const cache = (limits.cache ?? 512 * 1024) / 3
  const forward = build(pattern.root, { backward: false, saves: false, states })
  const all: Dfa[] = []
  const automaton = (aim: Aim, anywhere: boolean, backward: boolean) =>
    once(() => {
      const program = backward ? build(pattern.root, { backward, saves: false, states }) : forward
      const dfa = createDfa(createStepper(program, aim, anywhere), aim, cache)
      all.push(dfa)
      return dfa
    })
  const any = automaton('any', true, false)
  const ends = automaton('preferred', true, false)
  const starts = automaton('longest', false, true)
  const saving = once(() => build(pattern.root, { backward: false, saves: true, states: mostStates * 3 }))

  function find(text: string, from: number): Span | undefined {
    const end = scanForward(ends(), text, from)
    if (end < 0) return undefined
    return { start: scanBackward(starts(), text, end, from), end }
  }

  return {
    test: (text) => scanForward(any(), text, 0) >= 0,
    find,
    groups(text, from) {
      const whole = find(text, from)
      if (whole === undefined || pattern.groupCount === 0) return whole && [whole]
      const slots = groupsAt(saving(), pattern.groupCount, text, whole.start, whole.end)
      return Array.from({ length: pattern.groupCount + 1 }, (_, n) => spanOf(slots, n))
    },
    work: () => all.reduce((total, { stepper }) => total + stepper.work(), 0),
  }
}

function spanOf(slots: Int32Array, group: number): Span | undefined {
  const start = slots[group * 2] ?? -1
  const end = slots[group * 2 + 1] ?? -1
  return start < 0 || end < 0 ? undefined : { start, end }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
