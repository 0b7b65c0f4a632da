// `npm run fuzz -- policy [--decisions N] [--seed N]`: compares us with cedar-wasm over random policy sets until so many decisions are equal.
import { parseArgs } from 'node:util'
import { type Fuzzed, fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: { decisions: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const [wanted, seed] = [Number(values.decisions), Number(values.seed)]
if (!(wanted > 0) || !Number.isSafeInteger(seed)) throw new Error('--decisions and --seed are numbers')

const STEP = 20_000
let told = 0
let last: Fuzzed | undefined
for (const done of fuzz(seed, wanted)) {
  last = done
  if (done.decisions - told < STEP) continue
  told = done.decisions
  process.stdout.write(`${line(done)}\n`)
}
if (last === undefined) throw new Error('nothing was compared')
const { difference } = last
process.stdout.write(`${line(last)}\n`)
if (difference === null) {
  process.stdout.write(
    `policy: ${last.decisions} decisions equal to cedar-wasm: decision, reasons and errors, asked in five ways each.\n`,
  )
} else {
  process.stdout.write(
    `policy: a difference (${difference.way}), seed ${difference.seed}:\n${JSON.stringify(difference, null, 2)}\n`,
  )
  process.exitCode = 1
}

function line({ decisions, worlds, allowed, failed }: Fuzzed): string {
  return `${decisions} decisions equal over ${worlds} policy sets (${allowed} allowed, ${failed} with a policy that failed)`
}
