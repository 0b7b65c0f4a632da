import fc from 'fast-check'
import type { Tree } from './reference.ts'

/** Enough to see what is rare; as many as `npm run fuzz` says, when it says more. */
export function runs(least: number): { numRuns: number } {
  return { numRuns: Math.max(least, fc.readConfigureGlobal().numRuns ?? 0) }
}

const word = (text: string, at: number): boolean => /\w/.test(text.charAt(at))

function bytes(text: string, has: (byte: number) => boolean): Tree {
  return { is: 'bytes', written: text, has }
}

/** Negated sets fold before they are negated: `(?i)[^a]` has neither `a` nor `A`. A reference that folds afterwards must have both cases in it. */
const leaves: readonly Tree[] = [
  ...'abAB1_ -'.split('').map((char) => bytes(char, (byte) => byte === char.charCodeAt(0))),
  bytes('\\n', (byte) => byte === 10),
  bytes('\\xe9', (byte) => byte === 0xe9),
  bytes('\\x{c9}', (byte) => byte === 0xc9),
  bytes('.', (byte) => byte !== 10),
  bytes('\\d', (byte) => byte >= 48 && byte <= 57),
  bytes('\\w', (byte) => /\w/.test(String.fromCharCode(byte))),
  bytes('\\W', (byte) => !/\w/.test(String.fromCharCode(byte))),
  bytes('\\s', (byte) => byte === 32 || (byte >= 9 && byte <= 13)),
  bytes('[ab]', (byte) => byte === 97 || byte === 98),
  bytes('[^aAb\\nB]', (byte) => ![97, 65, 98, 66, 10].includes(byte)),
  bytes('[[:digit:]_-]', (byte) => (byte >= 48 && byte <= 57) || byte === 95 || byte === 45),
  bytes('[^\\x00-\\x7f]', (byte) => byte > 127),
]

const anchors: readonly Tree[] = [
  { is: 'anchor', written: '^', holds: (_, at) => at === 0 },
  { is: 'anchor', written: '\\A', holds: (_, at) => at === 0 },
  { is: 'anchor', written: '$', holds: (text, at) => at === text.length },
  { is: 'anchor', written: '\\z', holds: (text, at) => at === text.length },
  {
    is: 'anchor',
    written: '\\Z',
    holds: (text, at) => at === text.length || (at === text.length - 1 && text.endsWith('\n')),
  },
  { is: 'anchor', written: '\\b', holds: (text, at) => word(text, at - 1) !== word(text, at) },
  { is: 'anchor', written: '\\B', holds: (text, at) => word(text, at - 1) === word(text, at) },
  {
    is: 'anchor',
    written: '(?m:^)',
    holds: (text, at) => at === 0 || (text[at - 1] === '\n' && at < text.length),
  },
  { is: 'anchor', written: '(?m:$)', holds: (text, at) => at === text.length || text[at] === '\n' },
]

/** Patterns of the whole grammar, small enough that one byte makes a difference. */
export const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    { weight: 6, arbitrary: fc.constantFrom(...leaves) },
    { weight: 1, arbitrary: fc.constantFrom(...anchors) },
    {
      weight: 4,
      arbitrary: fc.array(tie('tree'), { maxLength: 4 }).map((parts): Tree => ({ is: 'both', parts })),
    },
    {
      weight: 3,
      arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts): Tree => ({ is: 'either', parts })),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({ part: tie('tree'), min: fc.nat(2), more: fc.constantFrom(0, 1, 2, Infinity), lazy: fc.boolean() })
        .filter(({ min, more }) => min + more > 0)
        .map(({ part, min, more, lazy }): Tree => ({ is: 'times', part, min, max: min + more, lazy })),
    },
    { weight: 1, arbitrary: tie('tree').map((part): Tree => ({ is: 'captured', part })) },
    { weight: 1, arbitrary: tie('tree').map((part): Tree => ({ is: 'caseless', part })) },
  ),
})).tree

/** Texts of the bytes that the patterns speak of. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...'aaabbAB1_ -\n\u00e9\u00c9\u0000\u00ff'.split('')), { maxLength: 14 })
  .map((chars) => chars.join(''))
