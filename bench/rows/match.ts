import { compile, createPatternSet } from '@holdfast/match'
import { hostile, inJavaScript, matchPatterns, prose, shortValues } from '../lib/match-patterns.ts'
import type { Measure, Row } from '../lib/row.ts'
import { type Side, timed, worstOf } from '../lib/timed.ts'

/** Which of many patterns match: ours one by one and as a set, against the RegExp of the same process. */
export const match: Row = {
  name: 'match',
  title: `Patterns over values (HOLDFAST_CRS=DIR takes a rule set's)`,
  peer: "V8's RegExp",
  run: async ({ rounds, seconds }) => {
    const { patterns, of } = matchPatterns()
    process.stdout.write(`  ${of}\n`)
    const ours = patterns.map((pattern) => compile(pattern, { flags: { dotAll: true } }))
    const set = createPatternSet(ours)
    const theirs = patterns.map(inJavaScript)
    const counting = (texts: readonly string[], members: readonly { test(text: string): boolean }[]): Side => {
      return () => texts.reduce((sum, text) => sum + members.filter((member) => member.test(text)).length, 0)
    }
    const asSet = (texts: readonly string[]): Side => {
      return () => texts.reduce((sum, text) => sum + set.matches(text).length, 0)
    }
    const long = [prose(2048)]
    const compared = (what: string, one: Side, other: Side): Measure => {
      if (one() !== other()) throw new Error(`${what}: they do not find the same`)
      return timed(what, 'us', one, other, rounds, seconds)
    }
    return [
      compared('13 short values, one by one', counting(shortValues, ours), counting(shortValues, theirs)),
      compared('13 short values, as a set', asSet(shortValues), counting(shortValues, theirs)),
      compared('2 KiB of prose, one by one', counting(long, ours), counting(long, theirs)),
      compared('2 KiB of prose, as a set', asSet(long), counting(long, theirs)),
      compared('16 hostile texts of 1 KiB, as a set', asSet(hostile(1024)), counting(hostile(1024), theirs)),
      worstOf(hostile(65_536), prose(65_536), asSet, rounds),
    ]
  },
}
