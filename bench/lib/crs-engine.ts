import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqli, xss } from '@holdfast/detectors'
import { createEngine, type Engine } from '@holdfast/seclang'
import { CRS_FOLDER } from './crs-files.ts'
import type { BenchRequest } from './crs-requests.ts'

export interface CrsOptions {
  /** How many values of other requests are remembered; undefined: as it comes. */
  readonly remembered?: number | undefined
  /** Rules ask the detectors, too. */
  readonly detectors: boolean
  /** `DetectionOnly` goes through all rules. */
  readonly mode?: 'On' | 'DetectionOnly'
}

/** The Core Rule Set at paranoia level 1. */
export function crsEngine({ remembered, detectors, mode = 'On' }: CrsOptions): Engine {
  const names = readdirSync(join(CRS_FOLDER, 'rules')).map((name) => `rules/${name}`)
  const files = new Map(names.map((name) => [name, readFileSync(join(CRS_FOLDER, name), 'latin1')]))
  files.set('setup.conf', readFileSync(join(CRS_FOLDER, 'crs-setup.conf.example'), 'latin1'))
  files.set('base.conf', `SecRuleEngine ${mode}\nSecRequestBodyAccess On\nSecResponseBodyAccess On`)
  return createEngine({
    files,
    entries: ['base.conf', 'setup.conf', ...names.filter((name) => name.endsWith('.conf')).toSorted()],
    clock: Date.now,
    detectors: detectors ? { sqli, xss } : { sqli: () => false, xss: () => false },
    ...(remembered !== undefined && { remembered }),
  })
}

/** All five phases; the answer has no body that is looked at. */
export function runRules(engine: Engine, { head, body }: BenchRequest): void {
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
