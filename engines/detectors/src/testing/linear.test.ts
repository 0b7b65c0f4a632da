import { expect, it } from 'vitest'
import { Budget } from '../budget.ts'
import { classesOf } from '../classes.ts'
import { DETECTORS } from '../detectors.ts'

/** What makes a tokeniser open something that is never closed, begin anew, or look back. */
const PIECES = [
  '<',
  '<!--',
  '<script>',
  '<a x="',
  '<a on=',
  'on=',
  '&#x',
  '"',
  "'",
  '`',
  '\\',
  '{',
  '${',
  '{{',
  '${a:-',
  '$(',
  ';',
  '| cat ',
  '\n',
  ' ',
  '../',
  '....//',
  '/',
  '<!ENTITY ',
  '<include a',
  'schemaLocation="a b',
  '(&(',
  ')',
  '(((a',
  'f(1,',
  'a["b"]',
  'a.b',
  'a=b;',
  'do{',
  '/*',
  '//',
  'child::',
  ']|/',
  'or count(',
  ',$or:',
  '{"$ne":',
  '__proto__ ',
  'constructor.',
  'O:8:"',
  '\xe5\x98\x8d',
  '\r\na:',
  'http://a@',
  '127.',
  '%n',
  '?',
  '{a,b',
  "a='",
  '\0',
  'for %a in (',
  'expression',
  '+ADw-',
  '\xbc\xbe',
] // prettier-ignore
const SMALL = 4_096
const TIMES = 16

/** CPU time of all detectors for one value, in microseconds: the least of some runs. */
function cost(value: string): number {
  const classes = classesOf(value)
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage()
    for (const detector of DETECTORS) detector.detect(value, new Budget(1e12), classes)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least
}

function isLinear(piece: string): boolean {
  const [small, large] = [SMALL, SMALL * TIMES].map((length) => cost(`x'${piece.repeat(length / piece.length)}`))
  // What takes the square of its size would take 256 times as long; below 30 ms, what is measured is the machine.
  return (large as number) < 5 * TIMES * Math.max(small as number, 1) || (large as number) < 30_000
}

// It reads the processor's clock, which a busy machine bends: it belongs to the long runs (npm run fuzz), where somebody looks.
const long = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 0) > 1_000

it.runIf(long)('no repetition of a piece of a language costs more than its size', () => {
  expect(PIECES.filter((piece) => !isLinear(piece) && !isLinear(piece) && !isLinear(piece))).toEqual([])
})
