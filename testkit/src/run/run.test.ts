import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../architecture/repository.ts'
import { countLine } from './count-reporter.ts'
import { chosenLanes } from './lanes.ts'

describe('the last line of a run', () => {
  let house: string
  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'holdfast-run-'))
    symlinkSync(join(repositoryRoot, 'node_modules'), join(house, 'node_modules'))
    const reporter = JSON.stringify(join(repositoryRoot, 'testkit/src/run/count-reporter.ts'))
    const lanes = JSON.stringify(join(repositoryRoot, 'testkit/src/run/lanes.ts'))
    write(
      'vitest.config.ts',
      `import { CountReporter } from ${reporter}
       import { chosenLanes } from ${lanes}
       export default { test: { reporters: ['default', new CountReporter(chosenLanes({}))] } }`,
    )
    write('good.test.ts', `import { it } from 'vitest'\nit('a', () => {})\nit('b', () => {})\nit.skip('c', () => {})`)
  })
  afterAll(() => rmSync(house, { recursive: true, force: true }))

  const write = (path: string, source: string) => writeFileSync(join(house, path), source)

  function lastLine(): { status: number | null; line: string | undefined; out: string } {
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs')
    const { VITEST: _, ...env } = process.env
    const { status, stdout } = spawnSync(process.execPath, [vitest, 'run'], { cwd: house, encoding: 'utf8', env })
    return { status, line: stdout.trimEnd().split('\n').at(-1), out: stdout }
  }

  it('counts what passed and was skipped, and says which lanes were left out', () => {
    const { status, line, out } = lastLine()
    expect([status, line]).toEqual([0, '2 passed, 0 failed, 1 skipped'])
    expect(out).toContain('lane browser: not run (needs Chromium; HOLDFAST_LANES=browser runs it)')
  })

  it('counts a failed test, a file that cannot be read and an error that nobody caught', () => {
    write('bad.test.ts', `import { expect, it } from 'vitest'\nit('a', () => expect(1).toBe(2))`)
    write('broken.test.ts', `import './nowhere.ts'`)
    write('stray.test.ts', `import { it } from 'vitest'\nit('a', () => void Promise.reject(new Error('stray')))`)
    const { status, line } = lastLine()
    expect([status, line]).toEqual([1, '3 passed, 3 failed, 1 skipped'])
  })

  it('is plain', () => {
    expect(countLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
  })
})

describe('a lane', () => {
  it('is chosen by its name', () => {
    const lanes = chosenLanes({ HOLDFAST_LANES: 'corpora,browser' })
    expect(lanes.flatMap((lane) => (lane.chosen ? [lane.name] : []))).toEqual(['browser', 'corpora'])
  })

  it('that is misspelt is refused, because it would pass by running nothing', () => {
    expect(() => chosenLanes({ HOLDFAST_LANES: 'browsers' })).toThrow(/no such lane: browsers/)
  })
})
