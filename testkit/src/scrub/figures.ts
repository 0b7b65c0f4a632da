/**
 * Recall and false alarms of the scrubber on sets that others wrote: `node testkit/src/scrub/figures.ts DIR...
 * [--misses SET] [--most N]`. Each folder is a checkout of a repository that is known (sets/load.ts), or a folder of
 * honest text. Prints the rows of the table in docs/guide/scrubbing.md.
 *
 * The sets are halved by the unit of each text (rule, detector, file). Misses are shown of the tuned half only, so
 * that whoever tunes does not see the other.
 */
import { parseArgs } from 'node:util'
import { countFigures, rowOf } from './count.ts'
import type { Case } from './sets/case.ts'
import { loadSets } from './sets/load.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { misses: { type: 'string' }, most: { type: 'string', default: '40' } },
})

const cases: Case[] = []
for (const directory of positionals) for (const each of await loadSets(directory)) cases.push(each)

let shown = 0
const figures = countFigures(cases, ({ set, unit, text, secrets }, half, scrubbed) => {
  if (half !== 'tuned' || values.misses === undefined || !set.includes(values.misses) || shown >= Number(values.most))
    return
  shown += 1
  console.log(`--- ${set} | ${unit} | ${secrets.join(' + ')}\n${text.slice(0, 400)}\n=> ${scrubbed.slice(0, 400)}`)
})

for (const honest of [false, true]) {
  const rows = figures.filter((each) => each.honest === honest)
  if (rows.length === 0) continue
  console.log(
    `\n| ${honest ? 'honest text' : 'secrets'} | ${honest ? 'changed' : 'gone'}, tuned half | held out |\n|---|---|---|`,
  )
  for (const row of rows) console.log(rowOf(row))
}
