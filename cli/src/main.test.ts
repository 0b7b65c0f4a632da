import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdfast, scripted, type Asked, type Scripted, type Told } from './testing/run.ts'

let folder: string
let server: Scripted | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

async function against(answer: (asked: Asked) => Told, ...parameters: string[]) {
  server = await scripted(answer)
  return holdfast([...parameters, '--url', server.url], { cwd: folder, env: { HOLDFAST_TOKEN: 'hfk_test' } })
}

const person = {
  id: '01930000-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  state: 'active',
  groups: ['admins'],
  hasPassword: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: null,
}

describe('help', () => {
  it('is shown for no command at all, and says what there is', async () => {
    const { code, out, error } = await holdfast([])
    expect([code, error]).toEqual([0, ''])
    for (const word of ['init', 'log', 'people', 'policies', 'Exit codes']) expect(out).toContain(word)
  })

  it.each([
    ['peeple'],
    ['people', 'lst'],
    ['people', 'list', '--nope'],
    ['access', 'check', 'one'],
    ['start', '--demo', '--set', 'log.level=debug'],
    ['start', '--ports', '1,2,3'],
    ['gateway', 'start', '--nope'],
    ['gateway', 'start', 'extra'],
    ['gateway', 'start', '--url', 'http://localhost:7400'],
    ['gateway', 'start', '--token-file', 'token'],
    ['gateway', 'start', '--json'],
    ['applications', 'update', 'shop'],
    ['applications', 'update', 'shop', '--body-limit', '1e6'],
  ])('%j %j %j %j is not understood: 2', async (...parameters) => {
    const { code, out, error } = await holdfast(parameters)
    expect([code, out]).toEqual([2, ''])
    expect(error).not.toBe('')
  })

  it("of gateway start lists the gateway's own flags and variables, and no other", async () => {
    const main = fileURLToPath(import.meta.resolve('@holdfast/gateway/main'))
    const own = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
    const { code, out } = await holdfast(['gateway', 'start', '--help'])
    const [options = ''] = out.split('\n\nWhere', 1)
    const words = (text: string) =>
      [...new Set(text.match(/(?<=^ +)--[a-z-]+|HOLDFAST_\w+|(?<=default:?\s+)[^\s)]+/gm))].toSorted()
    expect(code).toBe(0)
    // its own help leaves out where credentials are looked for
    expect(words(options).filter((word) => word !== '.holdfast/credentials.json')).toEqual(words(own))
    expect(words(own).length).toBeGreaterThan(12)
  })

  it('of every command is there, and ends with 0', async () => {
    const seen: string[] = []
    const walk = async (words: readonly string[]): Promise<void> => {
      const { code, out, error } = await holdfast([...words, '--help'])
      expect([words, code, error]).toEqual([words, 0, ''])
      seen.push(words.join(' '))
      const [, list = ''] = /\nCommands:\n(.*?)\n\n/s.exec(`${out}\n\n`) ?? []
      for (const [, name = ''] of words.length === 0 ? topics(out) : list.matchAll(/^ {2}([a-z-]+)/gm)) {
        await walk([...words, name])
      }
    }
    await walk([])
    expect(seen.length).toBeGreaterThan(40)
    expect(seen).toEqual(expect.arrayContaining(['policies schema put', 'applications delete', 'gateway start']))
  })
})

/** The commands of the first level, which stand under several headings. */
function topics(out: string): readonly RegExpMatchArray[] {
  const [commands = ''] = out.split('\nBegin:\n').slice(1)
  return [...commands.matchAll(/^ {2}([a-z]+) /gm)].filter(([, name]) => name !== 'help')
}

describe('an answer', () => {
  it('is a table for people, and JSON whole for programs', async () => {
    const answer = () => ({ body: { items: [person], next: null } })
    const table = await against(answer, 'people', 'list')
    expect(table.out).toMatch(/^email +name .*\nada@example\.com +Ada +active +admins +- /)
    await server?.close()
    const json = await against(answer, 'people', 'list', '--json')
    expect(JSON.parse(json.out)).toEqual([person])
  })

  it('is every page of a list', async () => {
    const { out } = await against(
      ({ path }) =>
        path.includes('cursor=two')
          ? { body: { items: [{ ...person, email: 'second@example.com' }], next: null } }
          : { body: { items: [person], next: 'two' } },
      'people',
      'list',
    )
    expect(out).toContain('ada@example.com')
    expect(out).toContain('second@example.com')
  })

  it.each([
    [0, '0 sessions of ada@example.com are over.\n'],
    [1, '1 session of ada@example.com is over.\n'],
    [2, '2 sessions of ada@example.com are over.\n'],
  ])('counts as people do: %i', async (revoked, sentence) => {
    const { out } = await against(
      ({ method }) => ({ body: method === 'DELETE' ? { revoked } : { items: [person], next: null } }),
      'sessions',
      'revoke',
      '--person',
      person.email,
    )
    expect(out).toBe(sentence)
  })

  it('cannot steer the terminal', async () => {
    const name = '\u001b]0;pwned\u0007\u001b[2Jhidden\u202etxt\r\nfake row'
    const { out } = await against(() => ({ body: { items: [{ ...person, name }], next: null } }), 'people', 'list')
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(out).toContain('\\u001b]0;pwned')
  })
})

describe('a failure', () => {
  it('of the network says how to mend it, and no stack', async () => {
    const { code, error } = await holdfast(['people', 'list', '--url', 'http://127.0.0.1:59'])
    expect(code).toBe(1)
    expect(error).toMatch(
      /^holdfast: http:\/\/127\.0\.0\.1:59 cannot be reached: ECONNREFUSED\. \(unreachable\)\n {2}Start /,
    )
    expect(error).not.toContain('at ')
  })

  it('shows its stack with --debug', async () => {
    const { error } = await holdfast(['people', 'list', '--url', 'http://127.0.0.1:59', '--debug'])
    expect(error).toMatch(/\n {4}at /)
  })

  it('of the server is its code, detail, fields and event', async () => {
    const problem = {
      title: 'Not valid',
      status: 422,
      code: 'input_invalid',
      detail: 'The request is not valid.',
      eventId: 'e1',
      errors: [{ path: 'email', message: 'is taken' }],
    }
    const { code, error } = await against(
      () => ({ status: 422, type: 'application/problem+json', body: problem }),
      'groups',
      'create',
      'x',
      '--name',
      'X',
    )
    expect(code).toBe(1)
    expect(error).toBe('holdfast: The request is not valid. (input_invalid)\n  email: is taken\n  event e1\n')
  })

  it.each<[string, Told]>([
    ['a page', { type: 'text/html', body: '<h1>hello</h1>' }],
    [
      'a redirect, which would carry the token elsewhere',
      { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
    ],
    ['an error of a proxy', { status: 502, type: 'text/plain', body: 'bad gateway' }],
  ])('of what is not Holdfast: %s', async (_name, told) => {
    const { code, error } = await against(() => told, 'whoami')
    expect(code).toBe(1)
    expect(error).toContain('(not_holdfast)')
    expect(server?.asked).toHaveLength(1)
  })

  it('of JSON that is cut off is one too', async () => {
    const { code, error } = await against(() => ({ body: '{"items":[' }), 'groups', 'list')
    expect([code, error.split('\n').length <= 3]).toEqual([1, true])
  })

  it('of a file is a sentence', async () => {
    const { code, error } = await holdfast(['policies', 'validate', 'shop', 'none.cedar'], { cwd: folder })
    expect([code, error]).toEqual([1, `holdfast: There is no file ${folder}/none.cedar. (file_unreadable)\n`])
  })

  it('of an address that is none is one of usage', async () => {
    expect((await holdfast(['whoami', '--url', 'localhost:7400'])).code).toBe(2)
    expect((await holdfast(['whoami', '--url', 'file:///etc/passwd'])).code).toBe(2)
  })
})

describe('the token', () => {
  const me = { principal: { type: 'Service', id: 's' }, name: 'n', groups: [], actions: [], installation: {} }

  it('comes from a file before the environment before the data directory', async () => {
    server = await scripted(() => ({ body: me }))
    const url = ['--url', server.url]
    writeFileSync(join(folder, 'token'), 'hfk_file\n')
    writeFileSync(join(folder, 'bootstrap.json'), JSON.stringify({ token: 'hfb_boot' }))
    const env = { HOLDFAST_TOKEN: 'hfk_env', HOLDFAST_DATA: folder }
    await holdfast(['whoami', ...url, '--token-file', 'token'], { cwd: folder, env })
    await holdfast(['whoami', ...url], { cwd: folder, env })
    await holdfast(['whoami', ...url], { cwd: folder, env: { HOLDFAST_DATA: folder } })
    await holdfast(['whoami', ...url], { cwd: folder })
    expect(server.asked.map(({ token }) => token)).toEqual(['hfk_file', 'hfk_env', 'hfb_boot', undefined])
  })

  it('of a data directory goes to the control plane of that directory, and to no other', async () => {
    server = await scripted(() => ({ body: me }))
    const bootstrap = { token: 'hfb_boot', setupUrl: `${server.url}/setup?token=hfi_x` }
    writeFileSync(join(folder, 'bootstrap.json'), JSON.stringify(bootstrap))
    expect((await holdfast(['whoami'], { cwd: folder, env: { HOLDFAST_DATA: folder } })).code).toBe(0)
    expect(server.asked.map(({ token }) => token)).toEqual(['hfb_boot'])
  })

  it('that cannot be read is said so, and never shown', async () => {
    writeFileSync(join(folder, 'bad.json'), '{"tokken":"hfk_secret"}')
    const { code, error } = await holdfast(['whoami', '--token-file', 'bad.json', '--debug'], { cwd: folder })
    expect([code, error.includes('hfk_secret')]).toEqual([1, false])
    expect((await holdfast(['whoami', '--token-file', 'none'], { cwd: folder })).error).toContain('token_unreadable')
  })
})

describe('a decision', () => {
  const denied = {
    decision: 'deny',
    reasons: [],
    errors: [],
    explanation: { text: 'No policy permits this.', nearest: { policy: 'p', failed: 'principal in Group::"m"' } },
  }
  const check = ['access', 'check', 'Service::"s"', 'get', 'Route::"/a b"', '--application', 'blog']

  it('that denies ends with 1 and says which condition failed', async () => {
    const { code, out } = await against(() => ({ body: denied }), ...check)
    expect(code).toBe(1)
    expect(out).toBe('deny\n  No policy permits this.\n  nearest: p, which fails at principal in Group::"m"\n')
    expect(server?.asked[0]).toMatchObject({
      path: '/api/v1/applications/blog/evaluate',
      body: { principal: { type: 'Service', id: 's' }, action: 'get', resource: { type: 'Route', id: '/a b' } },
    })
  })

  it('that was expected ends with 0', async () => {
    expect((await against(() => ({ body: denied }), ...check, '--expect', 'deny')).code).toBe(0)
  })

  it.each([['Review'], ['::"x"'], ['Review::'], ['Rev iew::"x"'], ['Review::"x']])(
    'on %j is not asked at all',
    async (resource) => {
      const parameters = ['access', 'check', 'Service::"s"', 'get', resource]
      expect((await against(() => ({ body: denied }), ...parameters)).code).toBe(2)
      expect(server?.asked).toEqual([])
    },
  )
})

describe('a secret', () => {
  it('is never an argument: a password comes from stdin, a file or a person', async () => {
    server = await scripted(() => ({ body: person }))
    const create = ['people', 'create', 'ada@example.com', '--name', 'Ada', '--url', server.url]
    const none = await holdfast(create, { cwd: folder })
    expect([none.code, none.error.includes('--password-stdin')]).toEqual([2, true])
    await holdfast([...create, '--password-stdin'], { stdin: 'from stdin\n' })
    await holdfast(create, { answers: ['typed', 'typed'] })
    expect((await holdfast(create, { answers: ['typed', 'tpyed'] })).code).toBe(2)
    expect(server.asked.map(({ body }) => (body as { password: string }).password)).toEqual(['from stdin', 'typed'])
  })

  it('is written for its owner alone, beside a .gitignore', async () => {
    const made = { service: { id: 's', name: 'shop', application: 'shop' }, key: 'hfk_1', trust: { keys: [] } }
    const file = '.holdfast/credentials.json'
    const { code, out } = await against(
      () => ({ status: 201, body: made }),
      'services',
      'create',
      'shop',
      '--application',
      'shop',
      '--out',
      file,
    )
    expect([code, out.includes('hfk_1')]).toEqual([0, false])
    const written = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object
    expect(written).toEqual({ url: server?.url, application: 'shop', token: 'hfk_1', trust: { keys: [] } })
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, '.holdfast/.gitignore'), 'utf8')).toBe('*\n')
  })
})
