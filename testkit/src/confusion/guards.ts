import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from '@holdfast/detectors'
import { createEngine } from '@holdfast/seclang'
import { detectors } from '../conformance/detectors.ts'
import type { Sample } from './sample.ts'

/** What decides on a sample: who blocked it and why, or undefined where it passed. */
export interface Guard {
  readonly name: string
  readonly blocks: (sample: Sample) => string | undefined
}

/** The structural detectors with their defaults, on the value alone: no schema says what it is. */
export const structural: Guard = {
  name: 'detectors',
  blocks: ({ values, place, detectors }) => {
    for (const value of values) {
      const finding = inspect(value, { place, detectors })
      if (finding !== null) {
        const { detector, context, decoding, evidence } = finding
        return `${detector}/${finding.class} ${context} ${decoding.join('+')} ${JSON.stringify(evidence.slice(0, 60))}`
      }
    }
    return undefined
  },
}

/**
 * The OWASP Core Rule Set as its authors ship it: anomaly scoring, threshold 5.
 * @param directory with `rules/` and `crs-setup.conf.example`
 */
export function coreRuleSet(directory: string, paranoia: number): Guard {
  const names = readdirSync(join(directory, 'rules')).map((name) => `rules/${name}`)
  const files = new Map(names.map((name) => [name, readFileSync(join(directory, name), 'latin1')]))
  files.set('setup.conf', readFileSync(join(directory, 'crs-setup.conf.example'), 'latin1'))
  const levels = ['blocking', 'detection'].map((what) => `setvar:tx.${what}_paranoia_level=${paranoia}`).join(',')
  files.set('base.conf', `SecRuleEngine On\nSecRequestBodyAccess On\nSecAction "id:1,phase:1,pass,nolog,${levels}"`)
  const engine = createEngine({
    files,
    entries: ['base.conf', 'setup.conf', ...names.filter((name) => name.endsWith('.conf')).toSorted()],
    clock: Date.now,
    detectors,
  })
  return {
    name: `CRS PL${paranoia}`,
    blocks: ({ method, target, headers, body }) => {
      const transaction = engine.begin({
        clientAddress: '198.51.100.7',
        clientPort: 40_000,
        serverAddress: '192.0.2.1',
        serverPort: 443,
        id: 'confusion',
      })
      const head = transaction.request({ method, target, protocol: 'HTTP/1.1', headers })
      const verdict = head.kind === 'pass' ? transaction.body(body) : head
      const { matches } = transaction.end()
      if (verdict.kind === 'pass') return undefined
      return matches
        .map(({ rule }) => rule.id)
        .filter((id) => id < 949_000)
        .join(' ')
    },
  }
}
