/**
 * The confusion table: attacks blocked and benign texts passed, by the structural detectors and, where its rules are given, by
 * the OWASP Core Rule Set at paranoia levels 1 and 2.
 * `npm run confusion -- [--injection DIR] [--waf-payloads DIR] [--crs DIR] [--misses N] [--by place] [--kind NAME]`
 * Benign texts are counted by what they are, or with `--by place` by where they would stand: a schema tells the gateway that.
 * Exit code 1 where the detectors block less than 97 % of the attacks or pass less than 99.5 % of the benign texts.
 */
import { parseArgs } from 'node:util'
import { injectionSamples, payloadSamples } from './attacks.ts'
import { benignSamples } from './benign.ts'
import { coreRuleSet, type Guard, structural } from './guards.ts'
import type { Sample } from './sample.ts'
import { count, line, total } from './table.ts'

const { values: options } = parseArgs({
  options: {
    injection: { type: 'string' },
    'waf-payloads': { type: 'string' },
    crs: { type: 'string' },
    misses: { type: 'string', default: '0' },
    by: { type: 'string', default: 'kind' },
    kind: { type: 'string' },
  },
})

const LEAST = { blocked: 0.97, passed: 0.995 }

const guards: readonly Guard[] = [
  structural,
  ...(options.crs === undefined ? [] : [1, 2].map((level) => coreRuleSet(options.crs ?? '', level))),
]
const payloads = options['waf-payloads'] === undefined ? undefined : await payloadSamples(options['waf-payloads'])
const attacks = [
  ...(options.injection === undefined ? [] : await injectionSamples(options.injection)),
  ...(payloads?.attacks ?? []),
]
const corpus = (apart: boolean) => benignSamples(apart, options.by === 'place' ? 'place' : 'kind')

let wrong = false
show('attacks blocked', attacks, 'blocked', true)
show('benign texts passed', corpus(false), 'passed', true)
show('benign texts of the corpus of payloads passed', payloads?.benign ?? [], 'passed', false)
show('honest texts that quote an attack, passed', corpus(true), 'passed', false)
process.exitCode = wrong ? 1 : 0

function show(title: string, samples: readonly Sample[], what: 'blocked' | 'passed', required: boolean): void {
  const wanted = options.kind === undefined ? samples : samples.filter(({ kind }) => kind === options.kind)
  if (wanted.length === 0) return
  const misses = new Map(guards.map(({ name }): [string, string[]] => [name, []]))
  const rows = count(wanted, guards, ({ kind, text }, { name }, by) => {
    if ((by === undefined) === (what === 'blocked'))
      misses.get(name)?.push(`    ${kind}: ${JSON.stringify(text.slice(0, 300))}${by === undefined ? '' : ` <- ${by}`}`)
  })
  const all = total(rows, guards)
  console.log(`${title.padEnd(43)}${guards.map(({ name }) => name.padStart(12)).join('')}`)
  for (const [kind, row] of [...rows].toSorted(([left], [right]) => left.localeCompare(right, 'en')))
    console.log(line(kind, row, what))
  console.log(`${line('all', all, what)}\n`)
  for (const [guard, texts] of misses) {
    const told = texts.slice(0, Number(options.misses))
    if (told.length > 0) console.log(`  ${guard}, wrong: ${texts.length}, of them:\n${told.join('\n')}\n`)
  }
  const [blocked = 0] = all.blocked
  const right = what === 'blocked' ? blocked : all.samples - blocked
  if (required && right / all.samples < LEAST[what]) wrong = true
}
