import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReal, type RealServer } from '../testing/server.ts'
import type { Elevation } from './elevation.ts'
import { seconds } from './elevation.ts'

let real: RealServer

const people = { ben: 'gravel teapot Ben 71 invoice', cara: 'gravel teapot Cara 71 invoice' } as const
const files = (name: keyof typeof people) => join(real.folder, `${name}.password`)
const as = (name: keyof typeof people) => ['--as', `${name}@example.com`, '--password-file', files(name)]

async function access(...words: string[]): Promise<string> {
  const { code, out, error } = await real.cli(['access', ...words])
  expect(code, error).toBe(0)
  return out
}

beforeAll(async () => {
  real = await startReal()
  for (const [name, password] of Object.entries(people)) {
    const who = name as keyof typeof people
    writeFileSync(files(who), `${password}\n`)
    const { code, error } = await real.cli([
      'people',
      'create',
      `${name}@example.com`,
      '--name',
      name,
      '--password-file',
      files(who),
    ])
    expect(code, error).toBe(0)
  }
})
afterAll(() => real.stop())

describe('power for a time', () => {
  it('is asked for by one person and approved by another, who sign in for it', async () => {
    expect(
      await access(
        ...'elevation-rules set admin --eligible ben@example.com --approver cara@example.com --max 4h'.split(' '),
        ...'--break-glass 30m --per-day 1'.split(' '),
      ),
    ).toBe('The rule for the role admin is set.\n')
    expect(await access('elevation-rules', 'list')).toMatch(/role admin .*Person::.* 240 min +30 min, 1 a day/)
    const asked = JSON.parse(
      await access('elevate', 'admin', '--for', '1h', '--reason', 'case 7', ...as('ben'), '--json'),
    ) as Elevation
    expect(asked).toMatchObject({ state: 'pending', seconds: 3600 })
    expect(await access('requests', ...as('cara'))).toMatch(/ben +role admin +60 min +pending .* case 7/)
    expect(await access('requests', ...as('ben'))).toBe('No such requests.\n')
    const own = await real.cli(['access', 'approve', asked.id, ...as('ben')])
    expect([own.code, own.error]).toEqual([1, expect.stringContaining('elevation_own')])
    expect(await access('approve', asked.id, ...as('cara'))).toMatch(
      /^Request \S+: role admin for ben is approved, until /,
    )
    expect(await access('give-back', asked.id, ...as('ben'))).toContain('is ended.')
  })

  it('is taken in an emergency, and reviewed', async () => {
    const told = await access('break-glass', 'admin', '--reason', 'nobody is there', ...as('ben'))
    expect(told).toMatch(/^Broken glass \S+: role admin for ben is approved, until /)
    const id = told.split(/[ :]/)[2] ?? ''
    expect(await access('requests', '--to-review', ...as('cara'))).toContain('nobody is there')
    expect(await access('review', id, '--finding', 'justified', '--note', 'it was so', ...as('cara'))).toBe(
      `Reviewed ${id}: justified.\n`,
    )
  })

  it('is for nobody with a wrong password, and for no token', async () => {
    const wrong = await real.cli([
      'access',
      'elevate',
      'admin',
      '--for',
      '1h',
      '--reason',
      'x',
      '--as',
      'ben@example.com',
      '--password-file',
      files('cara'),
    ])
    expect([wrong.code, wrong.error]).toEqual([1, expect.stringContaining('ben@example.com was not signed in')])
    expect((await real.cli(['access', 'elevate', 'admin', '--for', '1h', '--reason', 'x'])).code).toBe(2)
  })

  it('reads how long', () => {
    expect(['90s', '30m', '4h', '1d'].map(seconds)).toEqual([90, 1800, 14_400, 86_400])
    for (const wrong of ['', '1', '-1h', '1.5h', '1w', '9999999s'])
      expect(() => seconds(wrong)).toThrow('A time is needed')
  })
})
