import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Application, Person, Service, Session } from './api/types.ts'
import { startReal, type RealServer } from './testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

const password = 'a sentence that nobody guesses'

describe('start', () => {
  it('alone prints the set-up link and its warnings, and no demonstration', () => {
    const said = real.process.said()
    expect(said).toContain('Set up the first operator: ')
    expect(said.match(/^warning: /gm)?.length).toBeLessThanOrEqual(2)
    expect(said).not.toContain('shop')
  })

  it('refuses what is unsafe in production, and a setting that is none, each in a sentence', async () => {
    const unsafe = await real.cli(['start', '--set', 'mode=production'])
    expect([unsafe.code, unsafe.error.includes('publicUrl: ')]).toEqual([1, true])
    const unknown = await real.cli(['start', '--set', 'no.such=1'])
    expect([unknown.code, unknown.error.includes('no.such')]).toEqual([1, true])
    expect((await real.cli(['start', '--set', 'nonsense'])).code).toBe(2)
  })
})

describe('people, groups and sessions', () => {
  it('are made, listed, shut out', async () => {
    await real.json('groups', 'create', 'editors', '--name', 'Editors')
    const create = ['people', 'create', 'eve@example.com', '--name', 'Eve', '--group', 'editors', '--password-stdin']
    const made = await real.cli([...create, '--json'], { stdin: `${password}\n` })
    expect(made.code).toBe(0)
    const eve = JSON.parse(made.out) as Person
    expect(eve).toMatchObject({ groups: ['editors'], hasPassword: true, state: 'active' })

    const again = await real.cli(create, { stdin: `${password}\n` })
    expect([again.code, again.error.includes('event ')]).toEqual([1, true])

    await real.cli(['people', 'disable', 'eve@example.com'])
    expect(await real.json('people', 'list', '--query', 'eve')).toMatchObject([{ id: eve.id, state: 'disabled' }])
    await real.cli(['people', 'enable', eve.id])
    expect(await real.json('people', 'list', '--query', 'eve')).toMatchObject([{ id: eve.id, state: 'active' }])
    expect(await real.json<Session[]>('sessions', 'list', '--person', 'eve@example.com')).toEqual([])
    expect(await real.json('sessions', 'revoke', '--person', 'eve@example.com')).toEqual({ revoked: 0 })
  })

  it('a weak password is refused with what is wrong with it', async () => {
    const { code, error } = await real.cli(['people', 'set-password', 'eve@example.com', '--password-stdin'], {
      stdin: 'password1\n',
    })
    expect([code, error]).toMatchObject([1, expect.stringMatching(/password/)])
  })
})

describe('applications, services and policies', () => {
  it('are made, and a key is rotated without a gap', async () => {
    await real.json<Application>('applications', 'create', 'blog', '--name', 'Blog')
    const create = ['services', 'create', 'blog', '--application', 'blog', '--out', 'c.json']
    expect((await real.cli(create)).code).toBe(0)
    const token = () => (JSON.parse(readFileSync(join(real.folder, 'c.json'), 'utf8')) as { token: string }).token
    const first = token()
    expect((await real.cli(['whoami', '--token-file', 'c.json'])).out).toContain('blog')

    await real.cli(['services', 'rotate', 'blog', '--keep', '--out', 'c.json'])
    expect((await real.cli(['whoami'], { env: { HOLDFAST_TOKEN: first } })).code).toBe(0)
    await real.cli(['services', 'rotate', 'blog', '--out', 'c.json'])
    expect((await real.cli(['whoami'], { env: { HOLDFAST_TOKEN: first } })).error).toContain('Give a token')
    expect((await real.cli(['whoami', '--token-file', 'c.json'])).code).toBe(0)
    const [blog] = (await real.json<Service[]>('services', 'list')).filter(({ name }) => name === 'blog')
    expect(blog?.keys).toHaveLength(1)
  })

  it('a policy is checked with its place, written once, and decides', async () => {
    const file = (text: string) => writeFileSync(join(real.folder, 'p.cedar'), text)
    file('permit (\n  principal,\n  action == Action::"fly",\n  resource\n);\n')
    const invalid = await real.cli(['policies', 'validate', 'blog', 'p.cedar'])
    expect(invalid.code).toBe(1)
    expect(invalid.out).toMatch(/^p\.cedar:\d+:\d+ error: .*fly/m)
    expect(invalid.out).toMatch(/^ +\^+$/m)
    const refused = await real.cli(['policies', 'put', 'blog', 'p.cedar'])
    expect([refused.code, refused.error.includes('p.cedar:')]).toEqual([1, true])
  })

  it('a decision that is denied ends with 1', async () => {
    const check = ['access', 'check', 'eve@example.com', 'createPerson', 'Installation::"holdfast"']
    expect((await real.cli(check)).code).toBe(1)
    expect((await real.cli([...check, '--expect', 'deny'])).code).toBe(0)
  })
})

describe('the log', () => {
  it('is shown, one event by its id, and verifies from a remembered head', async () => {
    const events = await real.json<{ id: string; kind: string }[]>('log', 'tail', '--kind', 'group.created')
    expect(events).toMatchObject([{ kind: 'group.created' }])
    expect((await real.cli(['log', 'show', events[0]?.id ?? ''])).out).toContain('group.created')
    expect((await real.cli(['log', 'verify', '--state', 'h.json'])).out).toContain('for the first time')
    expect((await real.cli(['log', 'verify', '--state', 'h.json'])).out).toContain('continues what was verified')
  })

  it('that lost its newest events is noticed', async () => {
    const state = join(real.folder, 'h.json')
    const heads = JSON.parse(readFileSync(state, 'utf8')) as Record<string, { seq: number }>
    for (const head of Object.values(heads)) head.seq += 1_000_000
    writeFileSync(state, JSON.stringify(heads))
    expect((await real.cli(['log', 'verify', '--state', 'h.json'])).error).toContain('log_truncated')
    writeFileSync(state, '{')
    expect((await real.cli(['log', 'verify', '--state', 'h.json'])).error).toContain('state_unreadable')
  })
})

it('doctor finds nothing wrong with it', async () => {
  const { code, out } = await real.cli(['doctor', '--set', `publicUrl=${real.url}`])
  expect([code, out]).toMatchObject([0, expect.stringContaining('answers and is ready')])
})

it('config print shows where a value comes from, and no secret', async () => {
  const env = { DATABASE_URL: 'postgres://u:s3cr3t@db/x', HOLDFAST_LOG_LEVEL: 'warn' }
  const { out } = await real.cli(['config', 'print'], { env })
  expect(out).toContain('# log.level from HOLDFAST_LOG_LEVEL')
  expect(out).not.toContain('s3cr3t')
})
