import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { newRoot, rowOf, unwrapRoot } from './held.ts'
import { keyFile } from './key-file.ts'
import { newPassphrase, openPassphrase, passphraseParameters } from './passphrase.ts'
import { keySeal, newSealSecret, SealMismatch } from './seal.ts'
import { judgeShare, newShamir, openShamir } from './shamir.ts'
import { parseShare, type Share } from './share-text.ts'
import { formatShare } from './share-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-seals-'))
afterAll(() => rmSync(folder, { recursive: true }))

const now = new Date('2026-01-01T00:00:00Z')
const sealed = async (seal: ReturnType<typeof keySeal>) => {
  const held = newRoot(seal, 1)
  const row = await rowOf(held, now)
  return { held, row: { ...row, created_at: now, root_since: now } }
}

describe('a wrapped root key', () => {
  const id = '01900000-0000-7000-8000-000000000001'
  const seal = keySeal({ id, kind: 'file', parameters: {} }, newSealSecret())

  test('opens under its seal and its generation only', async () => {
    const { held, row } = await sealed(seal)
    expect((await unwrapRoot(seal, row)).bytes).toEqual(held.bytes)
    await expect(unwrapRoot(seal, { ...row, generation: 2 })).rejects.toThrow(SealMismatch)
    const other = keySeal({ id, kind: 'file', parameters: {} }, newSealSecret())
    await expect(unwrapRoot(other, row)).rejects.toThrow(SealMismatch)
  })

  test('that is another one, which the seal opens as well, is not the one of this database', async () => {
    const { row } = await sealed(seal)
    const { row: foreign } = await sealed(seal)
    await expect(unwrapRoot(seal, { ...row, wrapped_root: foreign.wrapped_root })).rejects.toThrow(/not the one/)
  })
})

describe('a passphrase', () => {
  test('opens with its stored parameters, in any composition of its letters, and no other does', async () => {
    const made = await newPassphrase('ein Schlüssel für das Haus')
    expect(made.parameters).toMatchObject({ algorithm: 'argon2id', memoryKib: 65_536, iterations: 3, parallelism: 4 })
    const { row } = await sealed(made as ReturnType<typeof keySeal>)
    const parameters = passphraseParameters.parse(JSON.parse(JSON.stringify(made.parameters)))
    const again = (text: string) => openPassphrase(made.id, parameters, text)
    await unwrapRoot(await again('ein Schlu\u0308ssel fu\u0308r das Haus'), row)
    await expect(unwrapRoot(await again('ein Schlussel fur das Haus'), row)).rejects.toThrow(SealMismatch)
  })

  test('is not asked for more memory or time than a replica has, whatever the database says', () => {
    const good = { algorithm: 'argon2id', salt: '0'.repeat(32), memoryKib: 65_536, iterations: 3, parallelism: 4 }
    expect(passphraseParameters.safeParse(good).success).toBe(true)
    for (const bad of [{ memoryKib: 2 ** 32 }, { iterations: 10_000 }, { parallelism: 255 }, { algorithm: 'none' }])
      expect(passphraseParameters.safeParse({ ...good, ...bad }).success).toBe(false)
  })
})

describe('shares', () => {
  test('open from any threshold of them, in any order; fewer give another key', async () => {
    const made = await newShamir({ shares: 5, threshold: 3 })
    const shares = made.shares.map((text) => parseShare(text) as Share)
    const whole = await openShamir(made.id, made.parameters, shares)
    const { row } = await sealed(whole as ReturnType<typeof keySeal>)
    for (const [a = 0, b = 0, c = 0] of choices([0, 1, 2, 3, 4])) {
      const some = [a, b, c].map((at) => shares[at] as Share)
      await unwrapRoot(await openShamir(made.id, made.parameters, some), row)
    }
    const few = await openShamir(made.id, { ...made.parameters, threshold: 2 }, shares.slice(0, 2))
    await expect(unwrapRoot(few, row)).rejects.toThrow(SealMismatch)
    const mixed = [shares[0] as Share, shares[1] as Share, { ...(shares[2] as Share), bytes: Buffer.alloc(33, 9) }]
    await expect(unwrapRoot(await openShamir(made.id, made.parameters, mixed), row)).rejects.toThrow(SealMismatch)
  })

  test('are told at once when they are mistyped, of another set, or forged', async () => {
    const made = await newShamir({ shares: 3, threshold: 2 })
    const other = await newShamir({ shares: 3, threshold: 2 })
    const judge = (text: string) => judgeShare(made.id, made.parameters, text).is
    const [first = ''] = made.shares
    expect(judge(first)).toBe('fits')
    expect(judge(first.slice(0, -1))).toBe('malformed')
    expect(judge(other.shares[0] ?? '')).toBe('foreign')
    const share = parseShare(first) as Share
    // Well-formed, with the right set and the right checksum: whoever has seen one share can write this.
    expect(judge(formatShare({ ...share, bytes: Buffer.alloc(33, 1) }))).toBe('foreign')
    expect(judge(formatShare({ ...share, number: 2 }))).toBe('foreign')
    expect(judge(formatShare({ ...share, number: 200 }))).toBe('foreign')
  })

  test('have nothing of the secret in what the database keeps', async () => {
    const made = await newShamir({ shares: 3, threshold: 2 })
    const kept = JSON.stringify(made.parameters)
    for (const text of made.shares) {
      const { bytes } = parseShare(text) as Share
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(kept).not.toContain(bytes.toString(form).slice(0, 40))
    }
  })
})

describe('the key file', () => {
  test('is made once, for its owner alone, and is the same afterwards', () => {
    const file = keyFile(join(folder, 'deep', 'seal.key'))
    const made = file.ensure()
    expect(file.ensure().id).toBe(made.id)
    expect(file.keys()?.map(({ id }) => id)).toEqual([made.id])
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
  })

  test('is refused when others can read it, and when a line is no key', () => {
    const file = keyFile(join(folder, 'open.key'))
    file.ensure()
    chmodSync(file.path, 0o640)
    expect(() => file.keys()).toThrow(/can be read by others/)
    chmodSync(file.path, 0o600)
    for (const line of ['short', Buffer.alloc(31).toString('base64'), `${Buffer.alloc(32).toString('base64')}x`]) {
      writeFileSync(file.path, `${line}\n`)
      expect(() => file.keys()).toThrow(/no key/)
    }
  })

  test('of any other content is refused, and never read as another key', () => {
    const file = keyFile(join(folder, 'fuzz.key'))
    writeFileSync(file.path, '', { mode: 0o600 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (text) => {
        writeFileSync(file.path, text)
        try {
          expect(file.keys()).toEqual([])
          expect(text.trim()).toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(SealMismatch)
        }
      }),
    )
  })

  test('holds two keys while one takes the place of the other, and goes with the last', () => {
    const file = keyFile(join(folder, 'both.key'))
    const old = file.ensure()
    const { seal: fresh, write } = file.draft()
    expect(file.keys()).toHaveLength(1)
    write()
    expect(file.keys()?.map(({ id }) => id)).toEqual([old.id, fresh.id])
    expect(file.remove(['00000000-0000-8000-8000-000000000000'])).toBe(0)
    expect(file.remove([old.id])).toBe(1)
    expect(file.keys()?.map(({ id }) => id)).toEqual([fresh.id])
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    expect(readFileSync(file.path, 'utf8').split('\n').filter(Boolean)).toHaveLength(1)
    file.remove([fresh.id])
    expect(existsSync(file.path)).toBe(false)
    expect(file.keys()).toBeUndefined()
  })
})

function choices(from: readonly number[]): number[][] {
  return from.flatMap((a) => from.flatMap((b) => from.map((c) => [a, b, c]))).filter((of) => new Set(of).size === 3)
}
