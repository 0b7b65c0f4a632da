import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-protection-'))
  real = await startReal()
})
afterAll(async () => {
  await real.stop()
  rmSync(folder, { recursive: true })
})

it('shows, changes and applies the protection of an application', async () => {
  expect((await real.cli(['applications', 'create', 'shop', '--name', 'Shop'])).code).toBe(0)
  const set = await real.cli(['protection', 'set', 'shop', 'csrf.mode=report', 'limits.shedAfterMs=200'])
  expect([set.code, set.out]).toEqual([0, 'The protection of shop is at version 1.\n'])
  const shown = JSON.parse((await real.cli(['protection', 'show', 'shop'])).out) as object
  expect(shown).toMatchObject({ version: 1, csrf: { mode: 'report', sameSite: false }, limits: { shedAfterMs: 200 } })
  for (const wrong of ['csrf.mood=x', 'csrf', '=1', 'csrf.mode.x=1']) {
    expect((await real.cli(['protection', 'set', 'shop', wrong])).code).not.toBe(0)
  }
  const file = join(folder, 'protection.json')
  writeFileSync(file, JSON.stringify({ addresses: { deny: ['192.0.2.0/24'] } }))
  expect((await real.cli(['protection', 'apply', 'shop', file])).out).toBe('The protection of shop is at version 2.\n')
  const applied = JSON.parse((await real.cli(['protection', 'show', 'shop'])).out) as object
  expect(applied).toMatchObject({ csrf: { mode: 'block' }, addresses: { deny: ['192.0.2.0/24'] } })
  const yaml = join(folder, 'openapi.yaml')
  writeFileSync(
    yaml,
    'openapi: 3.1.0\ninfo: { title: Shop, version: "1" }\npaths: { /orders: { get: { responses: {} } } }\n',
  )
  expect((await real.cli(['protection', 'set', 'shop', `inspection.document=@${yaml}`])).code).toBe(0)
  const described = JSON.parse((await real.cli(['protection', 'show', 'shop'])).out) as object
  expect(described).toMatchObject({ inspection: { document: { info: { version: '1' } } } })
  expect((await real.cli(['protection', 'set', 'shop', 'inspection.document=@nowhere.yaml'])).error).toContain(
    'There is no file nowhere.yaml',
  )
  expect((await real.cli(['protection', 'reports', 'shop'])).out).toContain('Browsers have reported nothing.')
  expect((await real.cli(['protection', 'propose', 'shop'])).out).toContain("script-src 'self'")
})
