import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { holdfast } from '../testing/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-scrub-'))
afterAll(() => rmSync(folder, { recursive: true }))
const scrub = (stdin: string, ...words: string[]) => holdfast(['log', 'scrub', '-', ...words], { stdin, cwd: folder })

describe('log scrub', () => {
  it('takes secrets out of lines of text and of JSON, and says how many of what', async () => {
    const lines = [
      'plain line of a log\r',
      '{"msg":"paid with 4111 1111 1111 1111", "password":"hunter2",  "n":1}',
      '  {"big":12345678901234567890123,"msg":"nothing here"}',
      'GET /reset?token=abc123&page=2 200',
      '{not json, password=hunter2',
    ]
    const { code, out, error } = await scrub(`${lines.join('\n')}\n`)
    expect([code, error]).toEqual([0, '5 lines, 3 changed: card 1, password 2, token 1\n'])
    expect(out.split('\n')).toEqual([
      'plain line of a log\r',
      '{"msg":"paid with [redacted:card ****1111]","password":"[redacted:password]","n":1}',
      '  {"big":12345678901234567890123,"msg":"nothing here"}',
      'GET /reset?token=[redacted:token]&page=2 200',
      '{not json, password=[redacted:password]',
      '',
    ])
  })

  it('finds a private key over its lines, and one that was cut off', async () => {
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
    expect((await scrub(`before\n${pem}after\n`)).out).toBe('before\n[redacted:private-key]\nafter\n')
    expect((await scrub(`before\n${pem.slice(0, 400)}`)).out).toBe('before\n[redacted:private-key]')
  })

  it('reads a file and writes one, for its owner alone, over none that is there', async () => {
    writeFileSync(join(folder, 'old.log'), `${'GET /a 200\n'.repeat(20_000)}cookie: a=b\nlast line without an end ünd`)
    const written = await holdfast(['log', 'scrub', 'old.log', '--out', 'new.log'], { cwd: folder })
    expect([written.code, written.out, written.error]).toEqual([0, '', '20002 lines, 1 changed: cookie 1\n'])
    const text = readFileSync(join(folder, 'new.log'), 'utf8')
    expect(text.endsWith('cookie: [redacted:cookie]\nlast line without an end ünd')).toBe(true)
    expect(statSync(join(folder, 'new.log')).mode & 0o777).toBe(0o600)
    expect((await holdfast(['log', 'scrub', 'old.log', '--out', 'new.log'], { cwd: folder })).code).toBe(1)
    expect((await holdfast(['log', 'scrub', 'none.log'], { cwd: folder })).error).toContain('ENOENT')
    expect((await holdfast(['log', 'scrub', 'new.log', '--check'], { cwd: folder })).code).toBe(0)
  })

  it('--check writes nothing, and ends with 1 when there is something', async () => {
    const found = await scrub('password=hunter2\n', '--check')
    expect([found.code, found.out]).toEqual([1, ''])
    expect(found.error).toContain('1 line, 1 changed: password 1')
    expect((await scrub('nothing\n', '--check')).code).toBe(0)
  })

  it('keeps values of any depth and number, and what it cannot keep apart is scrubbed as text', async () => {
    const deep = `${'{"a":'.repeat(100)}"hunter2","password":"hunter2"${'}'.repeat(100)}`
    const { out } = await scrub(`${JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n))}\n${deep}\n`)
    expect(out).toContain('19999')
    expect(out).toContain('"password":"[redacted:password]"')
  })
})
