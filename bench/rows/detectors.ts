import { bytesOf, DETECTORS, inspect, sql } from '@holdfast/detectors'
import { compile, createPatternSet } from '@holdfast/match'
import { hostile, matchPatterns, prose, shortValues } from '../lib/match-patterns.ts'
import type { Row } from '../lib/row.ts'
import { type Side, timed, worstOf } from '../lib/timed.ts'

/** What is slow where a reader of code goes back: quotes, comments, brackets and operators that never end. */
const REPEATED = [
  "'",
  '"',
  '(',
  '[',
  ';',
  '/*',
  '--\n',
  '#\n',
  '1+',
  '1,',
  'a.',
  '1 or ',
  "' or '",
  'select ',
  '<a ',
  '%27',
  '$(',
  '{{',
  '../',
]

/** Values through the detectors, beside a set of patterns that looks for the same attacks in one scan. */
export const detectors: Row = {
  name: 'detectors',
  title: 'Values through the structural detectors (HOLDFAST_CRS=DIR takes the patterns of a rule set)',
  peer: 'the patterns as one set (engines/match)',
  run: async ({ rounds, seconds }) => {
    const { patterns, of } = matchPatterns()
    process.stdout.write(`  ${DETECTORS.length} detectors, ${of}\n`)
    const set = createPatternSet(patterns.map((pattern) => compile(pattern, { flags: { dotAll: true } })))
    const inspecting = (texts: readonly string[], of = DETECTORS): Side => {
      const values = texts.map(bytesOf)
      return () => values.filter((value) => inspect(value, { detectors: of }) !== null).length
    }
    const matching = (texts: readonly string[]): Side => {
      return () => texts.filter((text) => set.matches(text).length > 0).length
    }
    const long = [prose(2048)]
    const attacks = ["1' or '1'='1", '1 union select a, b from c', "x'; drop table users--", '(select sleep(5))']
    const longest = REPEATED.map((text) => text.repeat(Math.ceil(65_536 / text.length)))
    return [
      timed('13 short values', 'us', inspecting(shortValues), matching(shortValues), rounds, seconds),
      timed('13 short values, SQL alone', 'us', inspecting(shortValues, [sql]), matching(shortValues), rounds, seconds),
      timed('2 KiB of prose', 'us', inspecting(long), matching(long), rounds, seconds),
      timed('4 attacks on SQL', 'us', inspecting(attacks), matching(attacks), rounds, seconds),
      worstOf([...hostile(65_536), ...longest], prose(65_536), inspecting, rounds),
    ]
  },
}
