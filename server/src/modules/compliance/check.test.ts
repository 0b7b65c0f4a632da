import { describe, expect, it } from 'vitest'
import type { Control, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import { createCheckControls } from './check.ts'

const database = {} as Database

function control(id: string, check: () => Promise<ControlResult>): Control {
  return { id, title: id, statement: id, mapsTo: [], check }
}

function setUp(controls: readonly Control[], timeoutSeconds = 10) {
  let now = new Date('2026-01-01T00:00:00Z')
  const errors: string[] = []
  const check = createCheckControls({
    database,
    clock: { now: () => now },
    config: { cacheSeconds: 10, timeoutSeconds },
    controls,
    onError: (_, id) => errors.push(id),
  })
  return { check, errors, pass: (seconds: number) => (now = new Date(now.getTime() + seconds * 1000)) }
}

describe('the controls', () => {
  it('run once for callers of the same ten seconds, and each tenant has its own', async () => {
    let runs = 0
    const { check, pass } = setUp([control('a', async () => ({ status: 'pass', evidence: `run ${(runs += 1)}.` }))])
    const evidence = async (tenant: string) => (await check(tenant))[0]?.evidence
    expect(await Promise.all([evidence('one'), evidence('one'), evidence('one')])).toEqual(Array(3).fill('run 1.'))
    expect(await evidence('two')).toBe('run 2.')
    pass(9)
    expect(await evidence('one')).toBe('run 1.')
    pass(1)
    expect(await evidence('one')).toBe('run 3.')
  })

  it('have not passed when they cannot be checked', async () => {
    const { check, errors } = setUp(
      [
        control('throws', () => Promise.reject(new Error('private'))),
        control('hangs', () => new Promise(() => {})),
        control('works', async () => ({ status: 'pass', evidence: 'fine.' })),
      ],
      1,
    )
    const results = await check('one')
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ['throws', 'unknown'],
      ['hangs', 'unknown'],
      ['works', 'pass'],
    ])
    expect(JSON.stringify(results)).not.toContain('private')
    expect(errors).toEqual(['throws', 'hangs'])
  })
})
