import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { corpusAt } from '../run/corpora.ts'
import { countFigures, rowOf } from './count.ts'
import { loadSets } from './sets/load.ts'

const guide = readFileSync(new URL('../../../docs/guide/scrubbing.md', import.meta.url), 'utf8')

it.each(['secret-rules', 'waf-payloads/false-pos', 'ocsf', 'osv'])(
  'the guide has the figures of %s as they are',
  async (set) => {
    const rows = countFigures(await loadSets(corpusAt(set).path)).map(rowOf)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(guide.split('\n')).toContain(row)
  },
)
