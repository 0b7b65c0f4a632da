import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { scrub } from './index.ts'

const own = `hfs_${'Ab3_-'.repeat(8)}xyz`

describe('of any value', () => {
  it('makes JSON: errors, dates, bytes, maps, headers, addresses, boxed values, cycles, hostile getters', () => {
    const cycle: Record<string, unknown> = { a: 1 }
    cycle['self'] = cycle
    const hostile = {
      get boom(): string {
        throw new Error('no')
      },
    }
    expect(
      scrub({ cycle, hostile, at: new Date(0), bad: new Date(Number.NaN), bytes: Buffer.from('abc'), f: () => 1 }),
    ).toEqual({
      cycle: { a: 1, self: '[circular]' },
      hostile: '[unreadable]',
      at: '1970-01-01T00:00:00.000Z',
      bad: '[unreadable]',
      bytes: '[3 bytes]',
    })
    expect(scrub(new Map([['password', 'x']]))).toEqual({ password: '[redacted:password]' })
    expect(scrub(new Headers({ Authorization: 'x', host: 'a' }))).toEqual({
      authorization: '[redacted:authorization]',
      host: 'a',
    })
    expect(scrub(new URLSearchParams('token=x&page=2'))).toEqual({ token: '[redacted:token]', page: '2' })
    expect(scrub(new URL('https://ada:hunter2@a.example/?token=x'))).toBe(
      'https://ada:[redacted:password]@a.example/?token=[redacted:token]',
    )
    expect(scrub([new String(own), Object(4111111111111111n)])).toEqual(['[redacted:hfs]', '[redacted:card ****1111]'])
    expect(scrub(JSON.parse('{"__proto__":{"admin":true}}'))).toEqual(JSON.parse('{"__proto__":{"admin":true}}'))
  })

  it('spells errors out, wherever they are', () => {
    const error = Object.assign(new Error(`failed with ${own}`, { cause: new Error('password=hunter2') }), {
      code: 'E1',
      token: 't',
    })
    const told = scrub({ deep: [{ error }, new AggregateError([error], 'several')] })
    expect(told).toMatchObject({
      deep: [
        {
          error: {
            name: 'Error',
            message: 'failed with [redacted:hfs]',
            code: 'E1',
            token: '[redacted:token]',
            cause: { message: 'password=[redacted:password]' },
          },
        },
        { message: 'several', errors: [{ message: 'failed with [redacted:hfs]' }] },
      ],
    })
    expect(JSON.stringify(told)).not.toMatch(/hunter2|hfs_/)
  })

  it('redacts the private part of a JWK and leaves the public', () => {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    // Of the form of a token: one key in some has it.
    for (const x of [jwk.x, 'lirf_ZRhhJetiZ1c8U23CiEOrsy2dJXIrtc2-SFiLAA']) {
      expect(scrub({ jwk: { ...jwk, x } })).toEqual({ jwk: { ...jwk, x, d: '[redacted:key]' } })
    }
  })

  it('keeps the number of fields where names were secrets', () => {
    expect(scrub({ [own]: 1, [`${own}2`]: 2 })).toEqual({ '[redacted:hfs]': 1, '[redacted:hfs] 2': 2 })
  })

  it('is bounded in depth, length and number', () => {
    expect(scrub({ a: { b: { c: 1 } } }, { depth: 2 })).toEqual({ a: { b: '[nested too deeply]' } })
    expect(scrub('x'.repeat(50), { text: 10 })).toBe('x'.repeat(10))
    const wide = scrub(Array.from({ length: 50_000 }, () => ({ a: 1 }))) as unknown[]
    expect(wide.at(-1)).toBe('[omitted]')
  })

  it('cuts no secret in halves', () => {
    for (let before = 0; before < 60; before += 1) {
      const text = `${'word '.repeat(before)}4111 1111 1111 1111 ${'token=abcdefgh1 '.repeat(40)}`
      expect(scrub(text, { text: 100 })).not.toMatch(/4111 1111|abcdefg/)
    }
  })

  it('does not believe markers that are not ours', () => {
    expect(scrub('[redacted:my secret] password=[redacted:hunter2]')).toBe(
      '[redacted:my secret] password=[redacted:password]]',
    )
    expect(scrub({ password: '[redacted:hunter2]', token: '[redacted:jwt]' })).toEqual({
      password: '[redacted:password]',
      token: '[redacted:jwt]',
    })
  })
})
