import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Application, Person, Service, Session } from './api/types.ts'
import { start, type Started } from './testing/process.ts'
import { holdfast, scripted } from './testing/run.ts'
import { type RealServer, startApart } from './testing/server.ts'

let real: RealServer & { readonly process: Started }
beforeAll(async () => {
  real = await startApart()
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
    const member = (name: string, group: string, who: string) => real.json('groups', name, group, who)
    expect(await member('add', 'auditors', 'eve@example.com')).toEqual({
      member: eve.id,
      groups: ['editors', 'auditors'],
    })
    expect(await member('add', 'auditors', `Person::${eve.id}`)).toEqual({
      member: eve.id,
      groups: ['editors', 'auditors'],
    })
    expect(await member('remove', 'auditors', `Person::${eve.id}`)).toEqual({ member: eve.id, groups: ['editors'] })
    expect(await real.json('people', 'list', '--query', 'eve')).toMatchObject([{ groups: ['editors'] }])
    expect((await real.cli(['groups', 'add', 'nowhere', 'eve@example.com'])).error).toContain('nowhere')
    expect((await real.cli(['groups', 'add', 'auditors', 'Group::editors'])).code).toBe(2)
    expect(await real.json<Session[]>('sessions', 'list', '--person', 'eve@example.com')).toEqual([])
    expect(await real.json('sessions', 'revoke', '--person', 'eve@example.com')).toEqual({ revoked: 0 })
    const require = ['sessions', 'require', '--person', 'eve@example.com']
    expect((await real.cli(require)).code).toBe(2)
    expect(await real.json(...require, '--acr', 'phr', '--reason', 'a drill')).toEqual({ acr: 'phr', below: 0 })
    expect(await real.json(...require, '--lift')).toEqual({ lifted: true })
    expect((await real.cli(['sessions', 'revoke', '--everybody'])).error).toContain('(not_agreed)')
    expect(await real.json('sessions', 'revoke', '--everybody', '--yes')).toEqual({ revoked: expect.any(Number) })
    expect((await real.cli(['sessions', 'limits', 'nowhere', '--preset', 'pci'])).error).toContain('no application')
  })

  it('are deleted once somebody has agreed, and may then be erased from the log', async () => {
    const { id } = await real.json<Person>('people', 'create', 'gone@example.com', '--name', 'Gone', '--no-password')
    const alone = await real.cli(['people', 'delete', 'gone@example.com'])
    expect([alone.code, alone.error]).toEqual([1, expect.stringContaining('(not_agreed)')])
    const { code, out } = await real.cli(['people', 'delete', 'gone@example.com', '--yes'])
    expect([code, out]).toEqual([0, expect.stringContaining(`holdfast log erase ${id}`)])
    expect(await real.json('people', 'list', '--query', 'gone')).toEqual([])
    expect((await real.cli(['log', 'erase', id, '--yes'])).code).toBe(0)
  })

  it('a weak password is refused with what is wrong with it', async () => {
    const create = ['people', 'create', 'fay@example.com', '--name', 'Fay', '--temporary', '--password-stdin']
    const { code, error } = await real.cli(create, { stdin: 'password1\n' })
    expect([code, error]).toMatchObject([1, expect.stringMatching(/password/)])
  })

  it('another password is their own choice: they are mailed a link', async () => {
    const { code, out } = await real.cli(['people', 'reset-password', 'eve@example.com'])
    expect([code, out]).toMatchObject([0, expect.stringContaining('eve@example.com is mailed a link')])
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
    expect((await real.cli(['whoami'], { env: { HOLDFAST_TOKEN: first } })).error).toContain('give a token')
    expect((await real.cli(['whoami', '--token-file', 'c.json'])).code).toBe(0)
    const [blog] = (await real.json<Service[]>('services', 'list')).filter(({ name }) => name === 'blog')
    expect(blog?.keys).toHaveLength(1)
  })

  it('are changed where something is named, and stay as they are elsewhere', async () => {
    const first = [
      '--host',
      'wiki.localhost:7480',
      '--upstream',
      'http://127.0.0.1:7999',
      '--public-path',
      '/',
      '--public-path',
      '/a*',
    ]
    const wiki = await real.json<Application>('applications', 'create', 'wiki', ...first)
    const update = (...words: string[]) => real.json<Application>('applications', 'update', 'wiki', ...words)
    const { epoch, ...before } = wiki
    expect(await update('--body-limit', '2048')).toMatchObject({
      ...before,
      limits: { ...wiki.limits, bodyBytes: 2048 },
    })
    expect((await update('--request-timeout', '500')).limits).toEqual({ bodyBytes: 2048, requestTimeoutMs: 500 })
    expect(await update('--name', 'The wiki', '--host', 'a.localhost', '--host', 'b.localhost')).toMatchObject({
      name: 'The wiki',
      hosts: ['a.localhost', 'b.localhost'],
      publicPaths: ['/', '/a*'],
      upstream: 'http://127.0.0.1:7999',
    })
    const two = ['http://127.0.0.1:7998', 'http://127.0.0.1:7999']
    const several = await update(...two.flatMap((origin) => ['--upstream', origin]))
    expect(several).toMatchObject({ upstream: two[0], upstreams: two })
    expect(await update('--bundled-type', 'Route')).toMatchObject({
      bundledTypes: ['Route'],
      publicPaths: ['/', '/a*'],
    })
    expect(await update('--no-bundled-type')).toMatchObject({ bundledTypes: [] })
    const closed = await update('--no-public-path', '--no-upstream', '--no-host')
    expect(closed).toMatchObject({ publicPaths: [], upstream: null, hosts: [] })
    expect(closed.epoch).toBeGreaterThan(epoch)
    const { out } = await real.cli(['applications', 'show', 'wiki'])
    expect(out).toMatch(/^body limit +2048 bytes\nrequest timeout +500 ms$/m)
    const refused = await real.cli(['applications', 'update', 'wiki', '--request-timeout', '1'])
    expect([refused.code, refused.error.includes('limits.requestTimeoutMs')]).toEqual([1, true])
    expect((await real.cli(['applications', 'update', 'wiki'])).code).toBe(2)
    expect((await real.cli(['applications', 'update', 'holdfast', '--name', 'x'])).error).toContain(
      'application_builtin',
    )
  })

  it('are deleted once the person knows whom that hits, and no service speaks for them', async () => {
    await real.json('applications', 'create', 'gone', '--host', 'gone.localhost')
    await real.json('services', 'create', 'speaker', '--application', 'gone')
    const remove = ['applications', 'delete', 'gone']
    const bound = await real.cli([...remove, '--yes'])
    expect(bound).toMatchObject({
      code: 1,
      error: expect.stringMatching(/1 service may .*\(application_in_use\)\n {2}speaker /),
    })
    await real.json('services', 'delete', 'speaker')

    const nobody = await real.cli(remove)
    expect(nobody).toMatchObject({ code: 1, out: '', error: expect.stringContaining('(not_agreed)') })
    expect(nobody.error).toMatch(
      /0 policies will be gone\n.*refuse every request to gone\.localhost\n.*0 people are signed/,
    )
    expect((await real.cli(remove, { answers: ['no'] })).code).toBe(1)
    expect((await real.cli(['applications', 'show', 'gone'])).code).toBe(0)
    expect((await real.cli(remove, { answers: ['y'] })).code).toBe(0)
    expect((await real.cli(['applications', 'show', 'gone'])).error).toContain('application_not_found')
    expect((await real.cli(['applications', 'delete', 'holdfast', '--yes'])).error).toContain('application_builtin')
  })

  it('a schema is written, and one that a policy does not fit names the policy', async () => {
    await real.json('applications', 'create', 'notes')
    const file = (name: string, text: string) => writeFileSync(join(real.folder, name), text)
    const show = async () => (await real.cli(['policies', 'schema', 'show', 'notes'])).out
    const people = 'entity Group in [Group];\nentity Person in [Group];\nentity Service in [Group];\n'
    const before = await show()
    file('two.cedarschema', `${before}entity Notebook;\n`)
    expect((await real.cli(['policies', 'schema', 'put', 'notes', 'two.cedarschema'])).out).toContain('at version 2')
    expect(await show()).toBe(`${before}entity Notebook;\n`)

    file('readers.cedar', 'permit (\n  principal,\n  action == Action::"get",\n  resource is Route\n);\n')
    expect((await real.cli(['policies', 'put', 'notes', 'readers.cedar'])).code).toBe(0)
    file(
      'three.cedarschema',
      `${people}entity Notebook;\naction get appliesTo { principal: [Person], resource: Notebook };\n`,
    )
    for (const words of [
      ['policies', 'validate', 'notes', 'three.cedarschema', '--schema'],
      ['policies', 'schema', 'put', 'notes', 'three.cedarschema'],
    ]) {
      const { code, out, error } = await real.cli(words)
      expect([code, out + error]).toEqual([1, expect.stringMatching(/policy readers:\d+:\d+ error: .*Route/)])
      expect(out + error).not.toMatch(/three\.cedarschema|entity Person|\^/)
    }
    expect(await show()).toBe(`${before}entity Notebook;\n`)

    file('four.cedarschema', `${people}entity Notebook {;\n`)
    const broken = await real.cli(['policies', 'schema', 'put', 'notes', 'four.cedarschema'])
    expect(broken).toMatchObject({
      code: 1,
      error: expect.stringMatching(/four\.cedarschema:4:\d+ error: .*\n +entity Notebook \{;\n +\^/),
    })
    const create = await real.cli(['applications', 'create', 'never', '--schema', 'four.cedarschema'])
    expect(create).toMatchObject({ code: 1, error: expect.stringContaining('four.cedarschema:4:') })
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
    const misnamed = await real.cli(['policies', 'put', 'blog', 'p.cedar', '--name', 'No name'])
    expect([misnamed.code, misnamed.error.includes('p.cedar: error: The name has')]).toEqual([1, true])
  })

  it('a decision that is denied ends with 1', async () => {
    const check = ['access', 'check', 'eve@example.com', 'createPerson', 'Installation::"holdfast"']
    expect((await real.cli(check)).code).toBe(1)
    expect((await real.cli([...check, '--expect', 'deny'])).code).toBe(0)
  })
})

describe('gateway start', () => {
  it('takes the data folder, address and credentials that are named for it, and stops cleanly', async () => {
    const made = await real.cli(['services', 'create', 'gw', '--group', 'gateways', '--out', 'gw/credentials.json'])
    expect(made.code).toBe(0)
    const flags = ['--credentials', 'gw/credentials.json', '--listen', '127.0.0.1:0', '--data', 'gw/data']
    // HOLDFAST_DATA is the control plane's, and no concern of the gateway.
    const gateway = start(['gateway', 'start', ...flags], { cwd: real.folder, env: { HOLDFAST_DATA: 'elsewhere' } })
    try {
      const said = await gateway.saying(/The gateway listens at \S+\.\n/)
      const [url = ''] = /http:\S+(?=\.\n)/.exec(said) ?? []
      expect((await fetch(`${url}/.holdfast/healthz`)).status).toBe(200)
      expect(readdirSync(join(real.folder, 'gw/data'))).not.toEqual([])
      expect(existsSync(join(real.folder, 'elsewhere')) || existsSync(join(real.folder, '.holdfast'))).toBe(false)
    } finally {
      gateway.child.kill('SIGTERM')
    }
    expect(await gateway.ended()).toBe(0)
  })

  it('that cannot start says why, and ends with 1', async () => {
    const gateway = start(['gateway', 'start', '--credentials', 'none.json'], { cwd: real.folder })
    expect(await gateway.ended()).toBe(1)
    expect(gateway.said()).toContain('none.json')
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

  it('is proven, packed and verified without the server', async () => {
    const state = ['--state', 'h.json']
    const [created] = await real.json<{ id: string }[]>('log', 'tail', '--kind', 'group.created')
    expect(await real.cli(['log', 'prove', created?.id ?? '', '--out', 'e.tlog-proof', ...state])).toMatchObject({
      code: 0,
    })
    const token = (JSON.parse(readFileSync(join(real.folder, 'data', 'bootstrap.json'), 'utf8')) as { token: string })
      .token
    const headers = { authorization: `Bearer ${token}` }
    writeFileSync(join(real.folder, 'anchor'), await (await fetch(`${real.url}/log/checkpoint`, { headers })).text())
    const packed = await real.cli(['log', 'pack', '--out', 'all.pack', '--anchor', 'anchor', ...state])
    expect(packed).toMatchObject({ code: 0, out: expect.stringContaining('continues 1 anchored checkpoint') })
    const offline = (file: string, ...more: string[]) =>
      holdfast(['log', 'verify', '--offline', file, ...state, ...more], { cwd: real.folder })
    expect((await offline('e.tlog-proof')).out).toContain('1 event with all that was recorded')
    expect(await offline('all.pack', '--anchor', 'anchor')).toMatchObject({ code: 0 })
    const pack = readFileSync(join(real.folder, 'all.pack'), 'utf8')
    writeFileSync(join(real.folder, 'forged.pack'), pack.replace('group.created', 'group.deleted'))
    expect(await offline('forged.pack')).toMatchObject({ code: 1, error: expect.stringContaining('first bad event: ') })
    expect((await real.cli(['log', 'verify', ...state])).out).toContain('What they say is what was recorded')
  })

  it('takes a load, of which every acknowledged event is proven, and is found whole by its server', async () => {
    const load = ['log', 'load', '--rate', '100', '--seconds', '2', '--batch', '10', '--concurrency', '2', '--json']
    const { code, out } = await real.cli(load)
    const { stages, lost, twice } = JSON.parse(out) as { stages: { events: number }[]; lost: []; twice: [] }
    const [acknowledged, sequenced, proven] = stages.map(({ events }) => events)
    expect({ code, lost, twice, sequenced, proven }).toEqual({
      code: 0,
      lost: [],
      twice: [],
      sequenced: acknowledged,
      proven: acknowledged,
    })
    expect(acknowledged).toBeGreaterThan(0)
    const fsck = await real.cli(['log', 'fsck', '--state', 'h.json'])
    expect(fsck).toMatchObject({ code: 0, error: '', out: expect.stringContaining('The server finds its log whole') })
  })

  it('is not taken for a new one when what was remembered is damaged', async () => {
    writeFileSync(join(real.folder, 'h.json'), '{')
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

describe('sinks', () => {
  it('are added, tested, steered and removed, and a webhook is sent what happens', async () => {
    const received: string[] = []
    const receiver = await scripted(({ body }) => {
      received.push(JSON.stringify(body))
      return { status: 204, body: '' }
    })
    const words = `log sinks add ops --webhook ${receiver.url}/in --kind group.* --from start`.split(' ')
    const made = await real.json<{ sink: { id: string }; secret: string }>(...words)
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await real.json('groups', 'create', 'exported', '--name', 'Exported')
    await expect.poll(() => received.join('')).toContain('"kind":"group.created"')
    expect(await real.json('log', 'sinks', 'test', 'ops')).toMatchObject({ ok: true })
    expect(await real.json('log', 'sinks', 'list')).toMatchObject([{ name: 'ops', state: 'active', failures: 0 }])

    expect(await real.json('log', 'sinks', 'pause', 'ops')).toMatchObject({ state: 'paused' })
    expect(await real.json('log', 'sinks', 'rewind', 'ops', '0')).toMatchObject({ cursor: 0 })
    expect(await real.json('log', 'sinks', 'resume', made.sink.id)).toMatchObject({ state: 'active' })
    const rotated = await real.json<{ secret: string }>('log', 'sinks', 'rotate', 'ops')
    expect(rotated.secret).not.toBe(made.secret)
    await receiver.close()

    const dead = await real.cli(['log', 'sinks', 'test', 'ops'])
    expect([dead.code, dead.error]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
    expect((await real.cli(['log', 'sinks', 'remove', 'ops'])).code).toBe(0)
    expect((await real.cli(['log', 'sinks', 'list'])).out).toContain('There are no sinks')
    const gone = await real.cli(['log', 'sinks', 'pause', 'ops'])
    expect([gone.code, gone.error]).toEqual([1, expect.stringContaining('There is no sink ops')])
  })
})
