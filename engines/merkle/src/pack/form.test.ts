import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOf, MemoryLog } from '../testing/log.ts'
import { changed, eventIn, lineOf, sealedAgain } from '../testing/tamper.ts'
import { verifyPack } from './verify.ts'

const log = new MemoryLog(eventsOf(300))
const lines = await log.pack(255, 258)

describe('the form of a pack', () => {
  it('is whole or cut off, wherever it ends', () => {
    for (let end = 0; end < lines.length; end++) {
      const result = verifyPack(lines.slice(0, end))
      expect(result).toMatchObject({ ok: false, code: 'cut_off', line: end + 1 })
    }
    const half = lines.slice(0, 3).concat((lines[3] ?? '').slice(0, 100))
    expect(verifyPack(half)).toMatchObject({ ok: false, code: 'malformed', line: 4 })
  })

  it('has nothing after its end', () => {
    expect(verifyPack([...lines, lines.at(-1) ?? ''])).toMatchObject({ ok: false, code: 'malformed' })
    expect(verifyPack([...lines, ''])).toMatchObject({ ok: false, code: 'malformed' })
  })

  it('has its end count and hash what is before', () => {
    const { length } = lines
    expect(verifyPack(lines.with(length - 1, `{"end":${length},"sha256":"00"}`))).toMatchObject({
      ok: false,
      code: 'digest',
    })
    const miscounted = (lines.at(-1) ?? '').replace(`"end":${length - 1}`, `"end":${length}`)
    expect(verifyPack(lines.with(length - 1, miscounted))).toMatchObject({ ok: false, code: 'digest' })
  })

  it('has no salt in two forms', () => {
    const { opening } = eventIn(lines, 256)
    const { salt, openings } = opening as { salt: string; openings: { [pointer: string]: { salt: string } } }
    const at = lineOf(lines, 256)
    for (const one of [salt, openings['/src_endpoint/ip']?.salt ?? '']) {
      // The last character of 22 has four bits that are not of the 16 bytes.
      const other = `${one.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[one.at(-1) ?? ''] ?? ''}`
      expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(one, 'base64url'))
      const result = verifyPack(sealedAgain(lines.with(at, (lines[at] ?? '').replace(one, other))))
      expect(result).toMatchObject({ ok: false, code: 'malformed', line: at + 1 })
    }
  })

  it('has no more events than it says, and no fewer tiles', () => {
    const again = lines.toSpliced(-1, 0, lines[lineOf(lines, 258)] ?? '')
    expect(verifyPack(sealedAgain(again))).toMatchObject({ ok: false, code: 'malformed', seq: 258 })
    expect(verifyPack(sealedAgain(lines.toSpliced(1, 1)))).toMatchObject({ ok: false, code: 'malformed', line: 2 })
  })

  it.each([
    ['blanks', (line: string) => line.replace(':', ': ')],
    ['a member twice', (line: string) => line.replace('{"seq"', '{"seq":1,"seq"')],
    ['another member', (line: string) => line.replace('{"seq"', '{"more":1,"seq"')],
    ['members in another order', (line: string) => line.replace(/\{("seq":\d+),(.*)\}$/, '{$2,$1}')],
    ['an escape that is not needed', (line: string) => line.replace('event', '\\u0065vent')],
    ['no object', () => '[]'],
    ['nothing', () => ''],
    ['nesting without end', () => '['.repeat(100_000)],
  ])('has each line in its one form: not with %s', (_what, change) => {
    const at = lineOf(lines, 256)
    const result = verifyPack(sealedAgain(lines.with(at, change(lines[at] ?? ''))))
    expect(result).toMatchObject({ ok: false, line: at + 1 })
  })

  it.each([
    [{ pack: 'holdfast.dev/log-pack@v2' }, 'malformed'],
    [{ vkey: 17 }, 'malformed'],
    [{ vkey: 'none' }, 'key'],
    [{ checkpoint: 'none' }, 'signature'],
    [{ checkpoint: log.checkpoint(299) }, 'tree'],
    [{ from: 0 }, 'malformed'],
    [{ from: 259 }, 'malformed'],
    [{ from: 256, to: 255 }, 'malformed'],
    [{ from: 254 }, 'event_missing'],
    [{ to: 259 }, 'event_missing'],
    [{ to: 301 }, 'malformed'],
    [{ to: 257 }, 'malformed'],
    [{ older: [300] }, 'malformed'],
    [{ older: 'none' }, 'malformed'],
  ] as const)('has a header that is checked: %j', (members, code) => {
    const result = verifyPack(changed(lines, 0, members))
    expect(result.ok).toBe(false)
    if (!result.ok && result.code !== 'malformed') expect(result.code).toBe(code)
  })

  it('is verified or refused, whatever comes', () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 'AAAA', 'tile/0/000', 1, 255, {}, []))
    const names = fc.constantFrom('pack', 'vkey', 'checkpoint', 'tile', 'hashes', 'seq', 'entry', 'opening', 'end')
    const members = fc.dictionary(names, values).map((each) => JSON.stringify(each))
    const place = fc.nat({ max: lines.length - 1 })
    fc.assert(
      fc.property(place, fc.oneof(fc.string(), fc.json(), members), (at, line) => {
        fc.pre(line !== lines[at])
        expect(verifyPack(lines.with(at, line)).ok).toBe(false)
        expect(verifyPack(sealedAgain(lines.with(at, line)).slice(0, -1)).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.nat({ max: lines.length - 2 }), values, (at, value) => {
        const line = JSON.parse(lines[at] ?? '') as Record<string, unknown>
        for (const name of Object.keys(line)) {
          fc.pre(JSON.stringify(value) !== JSON.stringify(line[name]) && !(name === 'opening' && value === null))
          expect(verifyPack(changed(lines, at, { [name]: value })).ok).toBe(false)
        }
      }),
    )
  })
})
