/**
 * `npm run fuzz -- --inputs 1000000 [--seed N]`: throws so many inputs at everything that reads what strangers send (detectors,
 * patterns, rules, heads, bodies, addresses and paths, queries), in two workers, and makes the shapes that were slowest for their
 * size as long as somebody could send them. Exit code 1 where one threw, or cost more than in proportion to its size.
 */
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { LARGE } from './growth.ts'
import { TARGETS } from './targets.ts'
import type { Outcome } from './work.ts'

const WORKERS = 2

const { values: options } = parseArgs({
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const inputs = Number(options.inputs)
const seed = Number(options.seed)
if (!(inputs >= WORKERS * TARGETS.length && Number.isSafeInteger(inputs) && Number.isSafeInteger(seed)))
  throw new RangeError(`--inputs is a number from ${WORKERS * TARGETS.length} on, --seed a whole number`)

const each = Math.ceil(inputs / WORKERS / TARGETS.length)
const outcomes = (await Promise.all(Array.from({ length: WORKERS }, (_, at) => run(each, seed * WORKERS + at)))).flat()
const wrong = TARGETS.filter(({ name }) => !told(outcomes.filter(({ target }) => target === name)))
console.log(`${outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0)} inputs, seed ${seed}`)
process.exitCode = wrong.length === 0 ? 0 : 1

function run(count: number, start: number): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const found: Outcome[] = []
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { inputs: count, seed: start } })
    worker.on('message', (outcome: Outcome) => found.push(outcome))
    worker.on('error', reject)
    worker.on('exit', () => resolve(found))
  })
}

/** Prints what became of one target's inputs; true where nothing is wrong. */
function told(of: readonly Outcome[]): boolean {
  const crashes = of.flatMap((outcome) => outcome.crashes)
  const superLinear = of.flatMap((outcome) => outcome.superLinear)
  const slowest = of
    .map((outcome) => outcome.slowest)
    .toSorted((left, right) => right.microseconds - left.microseconds)[0]
  const worst = of
    .flatMap(({ worst: cost }) => (cost === undefined ? [] : [cost]))
    .toSorted((left, right) => right.ratio - left.ratio)[0]
  const sum = (what: (outcome: Outcome) => number): number => of.reduce((all, outcome) => all + what(outcome), 0)
  console.log(
    [
      (of[0]?.target ?? '').padEnd(20),
      `${sum((outcome) => outcome.inputs)} inputs`.padStart(15),
      `${Math.round(sum((outcome) => outcome.bytes) / 1_048_576)} MiB`.padStart(8),
      `${crashes.length} crashes`.padStart(11),
      `slowest ${((slowest?.microseconds ?? 0) / 1_000).toFixed(1)} ms of ${slowest?.bytes ?? 0} bytes`.padStart(34),
      worst === undefined
        ? ''
        : `64 KiB at worst ${(worst.large / 1_000).toFixed(1)} ms, ${worst.ratio.toFixed(1)} x everyday text, ${worst.growth.toFixed(1)} x 4 KiB`,
    ].join('  '),
  )
  for (const { which, input, error } of crashes)
    console.log(`  crash (${which}): ${JSON.stringify(input.slice(0, 400))}\n  ${error}`)
  for (const { shape, which, growth } of superLinear)
    console.log(
      `  super-linear (${which}): ${JSON.stringify(shape)} of ${LARGE} bytes costs ${growth.toFixed(0)} times 4 KiB`,
    )
  return crashes.length + superLinear.length === 0
}
