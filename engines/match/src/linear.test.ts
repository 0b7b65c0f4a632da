import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAutomata } from './automaton/automata.ts'
import { parse } from './parse/parse.ts'
import { build } from './program/build.ts'
import { anyText, anyTree } from './testing/arbitrary.ts'
import { written } from './testing/reference.ts'

/** What an instruction costs a byte at most: it waits, is asked again when the next byte is known, and is reached; in two directions. */
const perInstruction = 6

/** How much is looked at to test a text, to find the match, and its groups. */
function workOf(source: string, text: string, cache: number): number {
  const automata = createAutomata(parse(source), { cache })
  automata.test(text)
  automata.find(text, 0)
  automata.groups(text, 0)
  return automata.work()
}

function sizeOf(source: string): number {
  return build(parse(source).root, { backward: false, saves: true, exact: true, states: 65_000 }).size
}

const evil: readonly (readonly [pattern: string, text: (length: number) => string])[] = [
  ['(a+)+$', (length) => `${'a'.repeat(length)}!`],
  ['(a|a)*b', (length) => 'a'.repeat(length)],
  ['(a|aa)+$', (length) => `${'a'.repeat(length)}!`],
  ['(.*a){12}b', (length) => 'a'.repeat(length)],
  ['(?:a|b)*a(?:a|b){10}c', (length) => 'abbabaaab'.repeat(length).slice(0, length)],
  ['\\s*\\s*\\s*\\s*x', (length) => ' '.repeat(length)],
  ['(\\d+)-(\\d+)', (length) => '1'.repeat(length)],
  ['(?:a?){30}a{30}', (length) => 'a'.repeat(length)],
  ['((a*)*)*b', (length) => 'a'.repeat(length)],
  ['\\b(?:\\w+\\b\\W*)*!$', (length) => 'ab '.repeat(length).slice(0, length)],
]

describe('what a match costs', () => {
  test.each(evil.flatMap(([pattern, text]) => [1, 1024 * 1024].map((cache) => ({ pattern, text, cache }))))(
    'doubles at most when the text doubles: $pattern, with $cache bytes of memory',
    ({ pattern, text, cache }) => {
      const once = workOf(pattern, text(1500), cache)
      const twice = workOf(pattern, text(3000), cache)
      expect(twice).toBeLessThanOrEqual(once * 2.1 + 1000)
      expect(once).toBeLessThanOrEqual(perInstruction * sizeOf(pattern) * (1500 + 3))
    },
  )

  test('is at most a few looks at each instruction for each byte, whatever pattern and text', () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyText, { maxLength: 8 }), fc.constantFrom(1, 4096), (tree, texts, cache) => {
        const text = texts.join('')
        const source = `(${written(tree)})`
        expect(workOf(source, text, cache)).toBeLessThanOrEqual(perInstruction * sizeOf(source) * (text.length + 3))
      }),
    )
  })

  test('is nothing more for a text whose states are known', () => {
    const automata = createAutomata(parse('(?i)\\bselect\\b.{1,40}\\bfrom\\b'), {})
    const text = 'a selection of SELECT * words frmo'.repeat(200)
    automata.test(text)
    const work = automata.work()
    automata.test(text)
    expect(automata.work()).toBe(work)
  })
})
