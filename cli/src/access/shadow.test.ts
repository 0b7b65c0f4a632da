import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { startReal, type RealServer } from '../testing/server.ts'

let real: RealServer
let eve = ''
const schema = `entity Group in [Group];
entity Person in [Group];
entity Service in [Group];
entity Page { draft: Bool };
action read, write appliesTo { principal: [Person, Service], resource: Page };
`

/** A directory of policies, in the folder of the server. */
function policies(name: string, texts: Record<string, string>): string {
  const directory = join(real.folder, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(directory, file), text)
  return directory
}

const on = ['--application', 'blog']
const ask = async (action: string) => {
  const page = join(real.folder, 'page.json')
  writeFileSync(page, JSON.stringify([{ uid: { type: 'Page', id: '1' }, attrs: { draft: true } }]))
  await real.cli(['access', 'check', `Person::"${eve}"`, action, 'Page::"1"', ...on, '--entities', page])
}

beforeAll(async () => {
  real = await startReal()
  writeFileSync(join(real.folder, 'blog.cedarschema'), schema)
  await real.json('applications', 'create', 'blog')
  await real.cli(['policies', 'schema', 'put', 'blog', join(real.folder, 'blog.cedarschema')])
  const live = policies('live', { 'readers.cedar': 'permit (principal, action == Action::"read", resource);\n' })
  expect((await real.cli(['policies', 'put', 'blog', join(live, 'readers.cedar')])).code).toBe(0)
  eve = (await real.json<Person>('people', 'create', 'eve@example.com', '--name', 'Eve', '--no-password')).id
})
afterAll(() => real.stop())

describe('access log', () => {
  it('sets how much is logged, and shows what was decided', async () => {
    const changed = await real.cli(['access', 'log', ...on, '--rate', '1'])
    expect([changed.code, changed.out]).toEqual([0, 'Of what blog allows, 100 % is logged from now on.\n'])
    await ask('read')
    await ask('write')
    await expect
      .poll(async () => (await real.json<object[]>('access', 'log', ...on)).length, { timeout: 60_000, interval: 250 })
      .toBe(2)
    const denied = await real.cli(['access', 'log', ...on, '--decision', 'deny', '--principal', 'eve@example.com'])
    expect(denied.out).toMatch(/deny +evaluate +Person::"[^"]+" +write +Page::"1" +none/)
    expect((await real.cli(['access', 'log', ...on, '--resource', 'Page::2'])).out).toBe('Nothing was found.\n')
  })
})

describe('access replay', () => {
  it('says which logged decisions would turn', async () => {
    const stricter = policies('stricter', {
      'readers.cedar': 'permit (principal, action == Action::"read", resource) unless { resource.draft };\n',
    })
    const { code, out } = await real.cli(['access', 'replay', stricter, ...on])
    expect([code, out]).toEqual([0, expect.stringMatching(/would deny +read +readers +none +1 +~1/)])
    expect((await real.cli(['access', 'replay', stricter, ...on, '--fail-on-change'])).code).toBe(1)
    const same = await real.cli(['access', 'replay', join(real.folder, 'live'), ...on, '--fail-on-change'])
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('None would turn.')])
    expect((await real.cli(['access', 'replay', ...on])).code).toBe(2)
  })

  it('names what is wrong with the policies', async () => {
    const wrong = policies('wrong', {
      'a.cedar': 'permit (principal, action, resource) when { resource.price > 1 };\n',
    })
    const { code, error } = await real.cli(['access', 'replay', wrong, ...on])
    expect([code, error]).toEqual([1, expect.stringContaining('policy a')])
  })
})

describe('access shadow', () => {
  it('starts, reports, is promoted once somebody has agreed, and is stopped', async () => {
    const wider = policies('wider', { 'all.cedar': 'permit (principal, action, resource);\n' })
    expect((await real.cli(['access', 'shadow', 'report', ...on])).error).toContain('(candidate_not_found)')
    const started = await real.cli(['access', 'shadow', 'start', wider, ...on])
    expect([started.code, started.out]).toEqual([
      0,
      expect.stringContaining('1 policy decides beside the live ones of blog'),
    ])
    await ask('write')
    await expect
      .poll(async () => (await real.json<{ compared: number }>('access', 'shadow', 'report', ...on)).compared, {
        timeout: 60_000,
        interval: 500,
      })
      .toBe(1)
    expect((await real.cli(['access', 'shadow', 'report', ...on])).out).toMatch(/would allow +write +none +all +1/)
    const alone = await real.cli(['access', 'shadow', 'promote', ...on])
    expect([alone.code, alone.error]).toEqual([1, expect.stringContaining('allowed 1 that were denied')])
    const { out } = await real.cli(['access', 'shadow', 'promote', ...on, '--yes'])
    expect(out).toMatch(/written +all\ndeleted +readers\nunchanged +0\n/)
    expect(await real.json<object[]>('policies', 'list', 'blog')).toMatchObject([{ name: 'all', version: 1 }])
    await real.cli(['access', 'shadow', 'start', wider, ...on])
    const stopped = await real.cli(['access', 'shadow', 'stop', ...on])
    expect([stopped.code, stopped.out]).toEqual([0, 'blog has no candidate policies any more.\n'])
  })
})
