import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

const file = (name: string) => join(real.folder, name)
const passwords = (...words: string[]) => real.cli(['identity', 'passwords', ...words])
// ASP.NET Core's own test vector.
const passwordHash = 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=='

describe('identity passwords', () => {
  it('brings people along by the hundred, and leaves alone who has a password', async () => {
    const people = Array.from({ length: 120 }, (_, at) => ({ email: `p${at}@x.example`, passwordHash }))
    people.push({ email: 'odd@x.example', passwordHash: 'md5' })
    writeFileSync(file('people.jsonl'), people.map((person) => JSON.stringify(person)).join('\n'))
    const unknown = await passwords('import', file('people.jsonl'))
    expect(unknown.out).toContain('0 passwords taken over, 0 people added.')
    expect(unknown.out).toContain('1: person_unknown')
    expect(unknown.out).toContain('and 101 more')
    expect(unknown.code).toBe(1)
    const added = await passwords('import', file('people.jsonl'), '--add')
    expect(added.out).toBe('120 passwords taken over, 120 people added.\nLeft alone, by place:\n  121: unknown\n')
    expect(added.code).toBe(1)
    writeFileSync(file('again.jsonl'), JSON.stringify(people[0]))
    const again = await passwords('import', file('again.jsonl'), '--add')
    expect(again.out).toBe('0 passwords taken over, 0 people added.\nLeft alone, by place:\n  1: has_password\n')
    expect(again.code).toBe(0)
  })

  it('takes every hash away, into a file for one pair of eyes, when somebody agrees', async () => {
    const out = file('export.jsonl')
    const refused = await passwords('export', '--out', out)
    expect(refused.error).toContain('Whoever has the hashes can guess')
    expect(refused.error).toContain('--yes')
    expect(existsSync(out)).toBe(false)
    const done = await passwords('export', '--out', out, '--yes')
    expect(done.out).toContain('120 people written')
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const lines = readFileSync(out, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(120)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      passwordHash: expect.stringMatching(/^\$pbkdf2-sha256\$i=10000\$/),
    })
    // What was written can be read again.
    expect((await passwords('import', out)).out).toContain('1: has_password')
    const again = await passwords('export', '--out', out, '--yes')
    expect(again.code).not.toBe(0)
    expect(again.error).toContain('name another file')
  })

  it('makes a breach filter', async () => {
    const hashes = Array.from({ length: 1000 }, (_, at) => `${createHash('sha1').update(`${at}`).digest('hex')}:${at}`)
    writeFileSync(file('pwned.txt'), hashes.toSorted().join('\r\n'))
    const built = await passwords('build-filter', file('pwned.txt'), file('pwned.filter'), '--at-least', '100')
    expect(built.out).toMatch(
      /^900 passwords in 0\.0 MiB; of passwords that are not among them one of \d+ is refused\.\n$/,
    )
    expect(existsSync(file('pwned.filter'))).toBe(true)
    writeFileSync(file('wrong.txt'), 'hunter2\n')
    const wrong = await passwords('build-filter', file('wrong.txt'), file('wrong.filter'))
    expect(wrong.error).toContain('Line 1 is no SHA-1 hash')
    expect(wrong.code).toBe(1)
    expect((await passwords('build-filter', file('nowhere'), file('wrong.filter'))).code).not.toBe(0)
    expect((await passwords('build-filter', 'a', 'b', '--at-least', 'many')).code).toBe(2)
  })
})

describe('identity connected', () => {
  it('says that nothing acts for somebody, and that nothing could be ended', async () => {
    const added = await real.cli(['people', 'create', 'cora@x.example', '--name', 'Cora', '--no-password'])
    expect(added.code, added.error).toBe(0)
    const listed = await real.cli(['identity', 'connected', 'list', 'cora@x.example'])
    expect(listed.out, listed.error).toBe('No client acts for this person.\n')
    const ended = await real.cli(['identity', 'connected', 'end', 'cora@x.example', 'shop'])
    expect(ended.error).toContain('consent_unknown')
    expect(ended.code).toBe(1)
  })
})
