import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type Engine } from '@holdfast/seclang'
import { type BenchRequest, get, hostilePiece, longForm, post, words } from '../lib/crs-requests.ts'
import { CRS_FOLDER, hasCrs } from '../lib/crs-files.ts'
import type { Measure, Row } from '../lib/row.ts'
import { type FreshSide, timedFresh } from '../lib/timed.ts'

/** The Core Rule Set at paranoia level 1, blocking. The detectors are not in it: they have rows of their own. */
function engineOf(remembered: number | undefined): Engine {
  const names = readdirSync(join(CRS_FOLDER, 'rules')).map((name) => `rules/${name}`)
  const files = new Map(names.map((name) => [name, readFileSync(join(CRS_FOLDER, name), 'latin1')]))
  files.set('setup.conf', readFileSync(join(CRS_FOLDER, 'crs-setup.conf.example'), 'latin1'))
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

/** CPU of one request in this process, its values never seen before, against the same without what is remembered of other requests. */
export const crs: Row = {
  name: 'crs',
  title: 'OWASP Core Rule Set, paranoia level 1, in process, fresh values',
  peer: 'the same engine, remembering nothing of other requests (for the third: a plain text of 64 KiB)',
  run: async ({ rounds, seconds }) => {
    if (!hasCrs()) {
      process.stdout.write(`  not run: there is no ${CRS_FOLDER}\n`)
      return []
    }
    const [engine, forgetful] = [engineOf(undefined), engineOf(0)]
    const word = words()
    const using = (by: Engine, make: (word: () => string) => BenchRequest): FreshSide<BenchRequest> => ({
      make: () => make(word),
      use: (request) => run(by, request),
    })
    const compare = (what: string, make: (word: () => string) => BenchRequest, count: number): Measure =>
      timedFresh(what, using(engine, make), using(forgetful, make), Math.ceil(count * seconds), rounds)
    return [
      compare('GET, CPU per request', get, 1000),
      compare('POST of 2 KiB JSON, CPU per request', post, 200),
      timedFresh(
        'a hostile value of 64 KiB, CPU per request',
        using(forgetful, () => longForm(() => hostilePiece(word))),
        using(forgetful, () => longForm(() => `${word()}+`)),
        5,
        rounds,
      ),
    ]
  },
}
