import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, type Engine } from '@holdfast/seclang'
import { type BenchRequest, form, get, post, words } from '../lib/crs-requests.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

const DIRECTORY = join(
  process.env['HOLDFAST_CORPORA'] ?? fileURLToPath(new URL('../../../shared/corpora', import.meta.url)),
  'crs',
)

/** The Core Rule Set at paranoia level 1, blocking. The detectors are not in it: they have rows of their own. */
function engineOf(remembered: number | undefined): Engine {
  const names = readdirSync(join(DIRECTORY, 'rules')).map((name) => `rules/${name}`)
  const files = new Map(names.map((name) => [name, readFileSync(join(DIRECTORY, name), 'latin1')]))
  files.set('setup.conf', readFileSync(join(DIRECTORY, 'crs-setup.conf.example'), 'latin1'))
  files.set('base.conf', 'SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On')
  return createEngine({
    files,
    entries: ['base.conf', 'setup.conf', ...names.filter((name) => name.endsWith('.conf')).toSorted()],
    clock: Date.now,
    detectors: { sqli: () => false, xss: () => false },
    ...(remembered !== undefined && { remembered }),
  })
}

/** All five phases; the answer has no body that is looked at. */
function run(engine: Engine, { head, body }: BenchRequest): void {
  const transaction = engine.begin({
    clientAddress: '198.51.100.7',
    clientPort: 40_000,
    serverAddress: '127.0.0.1',
    serverPort: 443,
    id: 'bench',
  })
  const verdict = transaction.request(head).kind === 'pass' ? transaction.body(body) : undefined
  if (verdict?.kind === 'pass') {
    transaction.response({ status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'application/octet-stream']] })
    transaction.responseBody('')
  }
  transaction.end()
}

/** Microseconds of CPU for each of the requests. */
function cost(engine: Engine, requests: readonly BenchRequest[]): number {
  const before = process.cpuUsage()
  for (const request of requests) run(engine, request)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests.length
}

/** CPU of one request in this process, its values never seen before, against the same without what is remembered of other requests. */
export const crs: Row = {
  name: 'crs',
  title: 'OWASP Core Rule Set, paranoia level 1, in process, fresh values',
  peer: 'the same engine, remembering nothing of other requests (for the third: a plain text of 64 KiB)',
  run: async ({ rounds, seconds }) => {
    if (!existsSync(DIRECTORY)) {
      process.stdout.write(`  not run: there is no ${DIRECTORY}\n`)
      return []
    }
    const [engine, forgetful] = [engineOf(undefined), engineOf(0)]
    const word = words()
    const compare = (what: string, make: (word: () => string) => BenchRequest, count: number): Measure => {
      const ours: number[] = []
      const peer: number[] = []
      for (let round = -1; round < rounds; round++) {
        const requests = () => Array.from({ length: Math.ceil(count * seconds) }, () => make(word))
        const [mine, other] = [cost(engine, requests()), cost(forgetful, requests())]
        // The first round is for the compiler.
        if (round >= 0) [ours, peer].forEach((list, at) => list.push(at === 0 ? mine : other))
      }
      return measure(what, 'us', true, ours, peer)
    }
    const long = (piece: (word: () => string) => string) => (word: () => string) => {
      let text = ''
      while (text.length < 65_536) text += piece(word)
      return form(text.slice(0, 65_536))
    }
    const plain = long((word) => `${word()}+`)
    const hostile = long((word) => `%26lt;%5Cu003c/*${word()}*/%27--+UNION${word()}..%2F%2523%5C7b(`)
    const costs = Array.from({ length: rounds }, () =>
      [hostile, plain].map((make) =>
        cost(
          forgetful,
          Array.from({ length: 5 }, () => make(word)),
        ),
      ),
    )
    return [
      compare('GET, CPU per request', get, 1000),
      compare('POST of 2 KiB JSON, CPU per request', post, 200),
      measure(
        'a hostile value of 64 KiB, CPU per request',
        'us',
        true,
        costs.map(([first = 0]) => first),
        costs.map(([, second = 0]) => second),
      ),
    ]
  },
}
