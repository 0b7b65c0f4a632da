/**
 * Recall and false alarms of the scrubber on sets that others wrote: `node testkit/src/scrub/figures.ts DIR... [--misses SET] [--json]`.
 * The sets are halved by the unit of each text (rule, detector, file). Misses are shown of the tuned half only, so that nobody looks at the other.
 */
import { parseArgs } from 'node:util'
import { scrubText } from '@holdfast/events'
import { type Case, type Half, halfOf, isGone } from './sets/case.ts'
import { loadSets } from './sets/load.ts'

interface Count {
  texts: number
  /** secrets that are gone; of honest texts those that are unchanged */
  right: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { misses: { type: 'string' }, most: { type: 'string', default: '40' } },
})
const counts = new Map<string, Record<Half, Count> & { honest: boolean }>()
let shown = 0

for (const directory of positionals) for (const each of await loadSets(directory)) count(each)

const rows = [...counts].toSorted(([a, x], [b, y]) => Number(x.honest) - Number(y.honest) || a.localeCompare(b))
for (const [set, count] of rows) {
  const told = (['tuned', 'held out'] as const).map(
    (half) => `${half}: ${percent(count[half], count.honest)} of ${count[half].texts}`,
  )
  console.log(`${count.honest ? 'false alarms' : 'recall'}  ${set}  ${told.join('  ')}`)
}

function count({ set, unit, text, secrets }: Case): void {
  const half = halfOf(unit)
  const known = counts.get(set) ?? {
    tuned: { texts: 0, right: 0 },
    'held out': { texts: 0, right: 0 },
    honest: secrets.length === 0,
  }
  counts.set(set, known)
  const scrubbed = scrubText(text)
  const right = secrets.length === 0 ? scrubbed === text : secrets.every((secret) => isGone(secret, scrubbed))
  known[half].texts += 1
  known[half].right += right ? 1 : 0
  if (
    right ||
    half !== 'tuned' ||
    values.misses === undefined ||
    !set.includes(values.misses) ||
    shown >= Number(values.most)
  )
    return
  shown += 1
  console.log(`--- ${set} | ${unit} | ${secrets.join(' + ')}\n${text.slice(0, 400)}\n=> ${scrubbed.slice(0, 400)}`)
}

function percent({ texts, right }: Count, honest: boolean): string {
  return texts === 0 ? '-' : `${((100 * (honest ? texts - right : right)) / texts).toFixed(honest ? 3 : 1)} %`
}
