import { PatternError } from '../errors.ts'
import { build } from '../program/build.ts'
import type { Node, Pattern } from '../parse/node.ts'
import type { Program } from '../program/program.ts'
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

/** @throws PatternError `too_large`, at once: the program of `test` is built here */
export function createAutomata(pattern: Pattern, limits: Limits): Automata {
  const { root, groupCount } = pattern
  const states = Math.min(limits.states ?? 30_000, mostStates)
  const cache = limits.cache ?? 2 * 1024 * 1024
  const plain = build(root, { ...forward, states })
  const all: Dfa[] = []
  const automaton = (aim: Aim, program: () => Program) =>
    once(() => {
      const dfa = createDfa(createStepper(program(), aim), aim, cache)
      all.push(dfa)
      return dfa
    })
  const any = automaton('any', () => plain)
  const exact = once(() => exactProgram(root))
  const ends = automaton('preferred', () => exact() ?? plain)
  const starts = automaton('longest', () => build(root, { ...forward, backward: true, states }))
  const saving = once(() => {
    return build(root, { ...forward, saves: true, exact: exact() !== undefined, states: Infinity })
  })

  let grouping = 0

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
      if (whole === undefined || groupCount === 0) return whole && [whole]
      const { slots, work } = groupsAt(saving(), groupCount, text, whole.start, whole.end)
      grouping += work
      return Array.from({ length: groupCount + 1 }, (_, n) => spanOf(slots, n))
    },
    work: () => all.reduce((total, { stepper }) => total + stepper.work(), grouping),
  }
}

const forward = { backward: false, saves: false, exact: false }

/** @returns the program that knows what PCRE prefers; undefined where it is too large: RE2's differs in loops whose turns may be empty */
function exactProgram(root: Node): Program | undefined {
  try {
    return build(root, { ...forward, exact: true, states: mostStates })
  } catch (error) {
    if (error instanceof PatternError) return undefined
    throw error
  }
}

function spanOf(slots: Int32Array, group: number): Span | undefined {
  const start = slots[group * 2] ?? -1
  const end = slots[group * 2 + 1] ?? -1
  return start < 0 || end < 0 ? undefined : { start, end }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
