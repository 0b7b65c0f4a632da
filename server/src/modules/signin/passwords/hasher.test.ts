import { describe, expect, it } from 'vitest'
import { signinConfig } from '../config.ts'
import { createHasher } from './hasher.ts'

const config = signinConfig.parse({})
const cheap = signinConfig.parse({ argon2: { memoryKib: 7168, iterations: 1 } })
const made = async (password: string, settings = cheap) => {
  const hash = await createHasher(settings).hash(password)
  if (!hash.ok) throw new Error('busy')
  return { hash: hash.value, imported: false }
}

describe('hashing', () => {
  it('is argon2id with the parameters of the OWASP cheat sheet', async () => {
    expect((await made('some password', config)).hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('knows the password again, in any composition of its letters, and no other', async () => {
    const hasher = createHasher(cheap)
    const hash = await made('cafe\u0301 au lait, bitte')
    expect(await hasher.verify(hash, 'caf\u00e9 au lait, bitte')).toMatchObject({ value: true })
    expect(await hasher.verify(hash, 'cafe au lait, bitte')).toMatchObject({ value: false })
    expect(await hasher.verify(hash, 'Caf\u00e9 au lait, bitte')).toMatchObject({ value: false })
  })

  it('takes another system’s hash as it was made there: of what was typed, not of its normal form', async () => {
    const hasher = createHasher(cheap)
    const { hash } = await made('caf\u00e9')
    const imported = { hash, imported: true }
    expect(await hasher.verify(imported, 'caf\u00e9')).toMatchObject({ value: true })
    expect(await hasher.verify(imported, 'cafe\u0301')).toMatchObject({ value: false })
    expect(hasher.isOutdated(imported)).toBe(true)
  })

  it('no password fits a decoy, of whichever form', async () => {
    const hasher = createHasher(cheap)
    for (const form of [
      hasher.form,
      '$2b$04',
      '$scrypt$ln=4,r=8,p=1',
      '$firebase-scrypt$ln=4,r=8',
      '$pbkdf2-sha1$i=10',
    ]) {
      expect(await hasher.verify(hasher.decoy(form), '')).toMatchObject({ ok: true, value: false })
    }
  })

  it('says when a hash is of other parameters', async () => {
    const hasher = createHasher(config)
    expect(hasher.isOutdated(await made('x', config))).toBe(false)
    expect(hasher.isOutdated(await made('x', cheap))).toBe(true)
  })

  it('sends away who finds a full queue, at once, and goes on with the others', async () => {
    const hasher = createHasher(cheap, { running: 1, waiting: 2 })
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => hasher.hash('x')))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3)
    const refused = outcomes.find(({ ok }) => !ok)
    expect(refused).toMatchObject({
      error: { code: 'signin_busy', status: 503 },
      reply: { headers: { 'retry-after': '2' } },
    })
    expect((await hasher.hash('x')).ok).toBe(true)
  })

  it('frees its place when a hash cannot be read', async () => {
    const hasher = createHasher(cheap, { running: 1, waiting: 0 })
    await expect(hasher.verify({ hash: 'not a hash', imported: false }, 'x')).rejects.toThrow()
    const unreadable = { hash: `$2b$04$${'?'.repeat(53)}`, imported: true }
    await expect(hasher.verify(unreadable, 'x')).rejects.toThrow()
    expect((await hasher.hash('x')).ok).toBe(true)
  })
})
