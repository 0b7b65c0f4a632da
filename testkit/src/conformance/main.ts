/**
 * Runs public test data against our own code: `npm run conformance -- NAME DIR [--sample N] [--url URL --token TOKEN] [--in-process]`.
 * Prints a line for each failure and, last, `N passed, N failed, N skipped`. Exit code 0 when nothing failed, 1 when something did (or nothing was
 * judged), 2 when it was called wrongly.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RUNNERS } from './registry.ts'
import { Tally } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
    // Over sockets, as is the default: for whoever wants to say so.
    wire: { type: 'boolean' },
    'in-process': { type: 'boolean' },
  },
})
const [name = '', directory = ''] = positionals
const runner = RUNNERS.get(name)
const sample = values.sample === undefined ? undefined : Number(values.sample)

if (runner === undefined || positionals.length !== 2) {
  const known = [...RUNNERS].map(([each, { title }]) => `  ${each.padEnd(12)} ${title}`)
  console.error(['Usage: npm run conformance -- NAME DIR [--sample N] [--in-process]', ...known].join('\n'))
  process.exitCode = 2
} else if (sample !== undefined && !(Number.isSafeInteger(sample) && sample > 0)) {
  console.error('--sample takes a positive number: at most so many cases of each folder')
  process.exitCode = 2
} else if (!existsSync(directory)) {
  console.error(`there is no directory ${directory}`)
  process.exitCode = 2
} else {
  const tally = new Tally((line) => console.log(line))
  await runner.run(directory, { sample, url: values.url, token: values.token, inProcess: values['in-process'] }, tally)
  process.exitCode = tally.finish() ? 0 : 1
}
