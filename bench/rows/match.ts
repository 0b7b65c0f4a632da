import { compile, createPatternSet } from '@holdfast/match'
import { hostile, inJavaScript, matchPatterns, prose, shortValues } from '../lib/match-patterns.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

type Side = () => number

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

/** The most expensive of the hostile texts beside a benign one of its length: below 1, by how much it costs more. */
function worstOf(
  texts: readonly string[],
  benign: string,
  sideOf: (texts: readonly string[]) => Side,
  rounds: number,
): Measure {
  const figures = texts.map((text) =>
    timed('64 KiB, ours: hostile, beside benign', 'us', sideOf([text]), sideOf([benign]), rounds, 0.1),
  )
  return figures.toSorted((a, b) => a.better - b.better)[0] as Measure
}

/** CPU of one call, in microseconds, in turns. */
function timed(what: string, unit: string, one: Side, other: Side, rounds: number, seconds: number): Measure {
  const spent = [one, other].map((side) => {
    const found: number[] = []
    return { side, found, calls: callsIn(side, (seconds * 1e6) / 4) }
  })
  for (let round = -1; round < rounds; round++) {
    for (const { side, found, calls } of spent) {
      const cpu = cpuOf(side, calls)
      // The first round is for the compiler.
      if (round >= 0) found.push(cpu / calls)
    }
  }
  return measure(what, unit, true, spent[0]?.found ?? [], spent[1]?.found ?? [])
}

function callsIn(side: Side, budget: number): number {
  side()
  return Math.max(1, Math.round(budget / Math.max(1, cpuOf(side, 2) / 2)))
}

function cpuOf(side: Side, calls: number): number {
  const before = process.cpuUsage()
  for (let count = 0; count < calls; count++) side()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
