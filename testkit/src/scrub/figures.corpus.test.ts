import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { countFigures, rowOf } from './count.ts'
import { loadSets } from './sets/load.ts'

const corpora = fileURLToPath(new URL('../../../../shared/corpora/', import.meta.url))
const guide = readFileSync(new URL('../../../docs/guide/scrubbing.md', import.meta.url), 'utf8')

it.each(['secret-rules', 'waf-payloads/false-pos', 'ocsf', 'osv'])(
  'the guide has the figures of %s as they are',
  async (set) => {
    const rows = countFigures(await loadSets(`${corpora}${set}`)).map(rowOf)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(guide.split('\n')).toContain(row)
  },
)
