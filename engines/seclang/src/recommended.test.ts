import { describe, expect, it } from 'vitest'
import { createEngine } from './engine.ts'
import { RECOMMENDED } from './recommended.ts'
import { playWith } from './testing/play.ts'

describe('the recommended beginning of a configuration', () => {
  const engine = createEngine({ files: new Map([['a', RECOMMENDED]]), entries: ['a'], clock: () => 0 })
  const sent = (type: string, body: string) => playWith(engine, { headers: [['Content-Type', type]], body }).verdict

  it('lets through what can be read', () => {
    expect(sent('application/json', '{"a":1}').kind).toBe('pass')
    expect(
      sent('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n-- x\r\n--b--\r\n')
        .kind,
    ).toBe('pass')
    expect(sent('text/plain', '%').kind).toBe('pass')
  })

  it.each([
    ['JSON that is none', 'application/json', '{"a":1', 5_000_001],
    ['XML that is none', 'text/xml', '<a', 5_000_001],
    ['too many arguments', 'application/x-www-form-urlencoded', 'a&'.repeat(5000), 5_000_001],
    ['a multipart body without end', 'multipart/form-data; boundary=b', '--b\r\n', 5_000_001],
    [
      'data before the first part',
      'multipart/form-data; boundary=b',
      'x\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--',
      5_000_002,
    ],
  ])('refuses %s', (_, type, body, id) => {
    expect(sent(type, body)).toMatchObject({ kind: 'deny', status: 400, rule: { id } })
  })

  it('refuses more cookies than are looked at', () => {
    const cookies = Array.from({ length: 600 }, (_, n) => `c${n}=1`).join('; ')
    expect(playWith(engine, { headers: [['Cookie', cookies]] }).verdict).toMatchObject({ kind: 'deny', status: 400 })
  })
})
