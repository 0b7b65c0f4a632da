import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenPgpError } from './bytes.ts'
import { verifyDetached } from './detached.ts'
import { readPackets, TAG } from './packets.ts'

// Made by GnuPG 2.2.40 with keys that were thrown away.
const file = (name: string): Buffer => readFileSync(new URL(`../testing/keys/${name}.asc`, import.meta.url))
const data = Buffer.from('What is signed.\n')
const RSA = '8C1590BA1DBC584CECA0CE42287EDA9172E7545F'
const ED = '9F7A505192574A55F11AB32C1167C511D6FC336A'
const EC = 'DEE6877683EEFFCB2E1B25003180A26AB53F43DB'
const REV = 'C9735D12BA7BF4865E7ECB76B6A40AED959D6E23'
const SUB = 'CEFB9F19DBD4FB385DEB4CD0AC7FA73210121969'
const OLD = 'E311F76C60C17AAA86D0F0F43BD0D961B00B9F83'
/** A minute after they were made. */
const now = 1_795_362_500
const day = 86_400

interface Case {
  readonly signature: Buffer
  readonly keys: Buffer
  readonly fingerprint: string
  readonly data?: Buffer
  readonly now?: number
}

const check = (given: Case) => verifyDetached({ data, now, ...given })
const named = (name: string, fingerprint: string, more: Partial<Case> = {}): Case => ({
  signature: file(`${name}.sig`),
  keys: file(name),
  fingerprint,
  ...more,
})

/** A file of OpenPGP packets, without armor and with some changed. */
function rewritten(armored: Buffer, what: string, change: (tag: number, body: Buffer) => readonly Buffer[]): Buffer {
  const packets = readPackets(armored, what).flatMap(({ tag, body }) =>
    change(tag, Buffer.from(body)).map((each) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(each.length)
      return Buffer.concat([Buffer.of(0xc0 | tag, 0xff), length, each])
    }),
  )
  return Buffer.concat(packets)
}

describe('a detached signature', () => {
  it.each([
    ['rsa', RSA, RSA],
    ['ed', ED, undefined],
    ['ec', EC, EC],
  ])('of %s holds, in armor and without, of these bytes only', (name, fingerprint, signer) => {
    const good = named(name, fingerprint)
    const proved = check(good)
    expect(proved.signer).toMatch(/^[0-9A-F]{40}$/)
    if (signer === undefined) expect(proved.signer).not.toBe(fingerprint)
    else expect(proved.signer).toBe(signer)
    expect(Math.abs(proved.created - now)).toBeLessThan(3600)
    const plain = {
      signature: rewritten(good.signature, 'SIGNATURE', (_, body) => [body]),
      keys: rewritten(good.keys, 'PUBLIC KEY BLOCK', (_, body) => [body]),
    }
    expect(check({ ...good, ...plain })).toEqual(proved)
    expect(() => check({ ...good, data: Buffer.from('What was signed.\n') })).toThrow('not signed by the key')
    expect(() => check({ ...good, data: data.subarray(1) })).toThrow(OpenPgpError)
  })

  it('of another key does not', () => {
    expect(() => check(named('rsa', RSA, { signature: file('ec.sig') }))).toThrow('not signed by the key')
    expect(() => check(named('rsa', ED))).toThrow('not in this file')
    // The wanted key stands in the file, behind the one that signed.
    const both = Buffer.concat(
      [file('rsa'), file('ec')].map((each) => rewritten(each, 'PUBLIC KEY BLOCK', (_, b) => [b])),
    )
    expect(() => check({ signature: file('rsa.sig'), keys: both, fingerprint: EC })).toThrow('not signed by the key')
    expect(check({ signature: file('rsa.sig'), keys: both, fingerprint: RSA }).signer).toBe(RSA)
    expect(check({ signature: file('ec.sig'), keys: both, fingerprint: EC }).signer).toBe(EC)
  })

  it('of SHA-1, of a text, or out of its time does not', () => {
    expect(() => check(named('rsa', RSA, { signature: file('sha1.sig') }))).toThrow('SHA-256')
    expect(() => check(named('rsa', RSA, { signature: file('text.sig') }))).toThrow('not one of a file')
    const short = named('rsa', RSA, { signature: file('short.sig') })
    expect(check(short).signer).toBe(RSA)
    expect(() => check({ ...short, now: now + 2 * day })).toThrow('at this time')
    expect(() => check(named('rsa', RSA, { now: now - day }))).toThrow(OpenPgpError)
  })

  it('of a key that was revoked or has expired does not', () => {
    expect(check({ ...named('rev', REV), keys: file('rev-before') }).signer).toBe(REV)
    expect(() => check(named('rev', REV))).toThrow('revoked by its owner')
    expect(check({ ...named('sub', SUB), keys: file('sub-before') }).signer).not.toBe(SUB)
    expect(() => check(named('sub', SUB))).toThrow(OpenPgpError)
    expect(check(named('old', OLD, { now: Date.UTC(2020, 9, 1) / 1000 })).signer).toBe(OLD)
    expect(() => check(named('old', OLD))).toThrow('expired at 2020-12-31')
  })
})

describe('an attacker who changes the key', () => {
  const whole = (name: string, change: (tag: number, body: Buffer) => readonly Buffer[]): Buffer =>
    rewritten(file(name), 'PUBLIC KEY BLOCK', change)

  it('cannot hang a signing key of his own under it', () => {
    const foreign = readPackets(file('ec'), 'PUBLIC KEY BLOCK')[0]?.body ?? Buffer.alloc(0)
    const keys = whole('ed', (tag, body) => [tag === TAG.publicSubkey ? Buffer.from(foreign) : body])
    expect(() => check({ signature: file('ec.sig'), keys, fingerprint: ED })).toThrow(OpenPgpError)
    expect(() => check({ signature: file('ed.sig'), keys, fingerprint: ED })).toThrow(OpenPgpError)
  })

  it('cannot leave out what the key says of itself, or change it', () => {
    const bare = whole('rsa', (tag, body) => (tag === TAG.signature ? [] : [body]))
    expect(() => check(named('rsa', RSA, { keys: bare }))).toThrow('says nothing of itself')
    const renamed = whole('rsa', (tag, body) => [tag === TAG.userId ? Buffer.from('somebody else') : body])
    expect(() => check(named('rsa', RSA, { keys: renamed }))).toThrow('says nothing of itself')
    const longer = whole('old', (tag, body) => {
      // The expiry of the key: subpacket 9, five bytes long.
      const at = tag === TAG.signature ? body.indexOf(Buffer.of(5, 9)) : -1
      if (at >= 0) body.writeUInt32BE(0xffff_ffff, at + 2)
      return [body]
    })
    expect(() => check(named('old', OLD, { keys: longer }))).toThrow('says nothing of itself')
  })

  it('cannot hide a revocation by a hash that nobody reads', () => {
    const keys = whole('rev', (tag, body) => {
      if (tag === TAG.signature && body[1] === 0x20) body[3] = 2
      return [body]
    })
    expect(() => check({ ...named('rev', REV), keys })).toThrow('revocation that cannot be read')
  })
})

it('what is no armor, no packet or no signature is an error of ours', () => {
  const good = named('rsa', RSA)
  const texts = ['', 'text', '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n', '\u00c2\u0001', '\u0088']
  for (const text of texts)
    expect(() => check({ ...good, signature: Buffer.from(text, 'latin1') })).toThrow(OpenPgpError)
  expect(() => check({ ...good, signature: good.keys })).toThrow(OpenPgpError)
  expect(() => check({ ...good, keys: good.signature })).toThrow(OpenPgpError)
  expect(() => check({ ...good, signature: Buffer.concat([good.signature, good.signature]) })).toThrow(OpenPgpError)
})

it('whatever is changed in signature or key, nothing false holds and nothing else is thrown', () => {
  const plain = (name: string, what: string): Buffer => rewritten(file(name), what, (_, body) => [body])
  const cases = (['rsa', 'ed', 'ec'] as const).map((name) => ({
    signature: plain(`${name}.sig`, 'SIGNATURE'),
    keys: plain(name, 'PUBLIC KEY BLOCK'),
    fingerprint: { rsa: RSA, ed: ED, ec: EC }[name],
  }))
  const spot = fc.record({ at: fc.nat(3000), bits: fc.integer({ min: 1, max: 255 }) })
  const other = Buffer.from('Something else.\n')
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.constantFrom('signature', 'keys'),
      fc.array(spot, { minLength: 1 }),
      fc.nat(40),
      (good, which, spots, cut) => {
        const bytes = Buffer.from(good[which])
        for (const { at, bits } of spots) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ bits
        const changed = { ...good, [which]: bytes.subarray(0, bytes.length - (cut === 0 ? 0 : cut - 1)) }
        expect(() => verifyDetached({ ...changed, data: other, now })).toThrow(OpenPgpError)
        try {
          verifyDetached({ ...changed, data, now })
        } catch (error) {
          expect(error).toBeInstanceOf(OpenPgpError)
        }
      },
    ),
    { numRuns: 400 },
  )
})
