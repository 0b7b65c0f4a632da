import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { holdfast, scripted } from '../testing/run.ts'
import { type RealServer, startReal } from '../testing/server.ts'
import type { Key, KeyEncryptionKey } from './types.ts'

let real: RealServer
let ada: Person
beforeAll(async () => {
  real = await startReal()
  ada = await real.json<Person>('people', 'create', 'ada@example.com', '--name', 'Ada', '--no-password')
})
afterAll(() => real.stop())

interface Listed {
  readonly keys: readonly Key[]
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[]
}

const list = (...words: string[]) => real.json<Listed>('keys', 'list', ...words)

describe('holdfast keys', () => {
  it('list shows what there is, for people and as JSON', async () => {
    const { keys, keyEncryptionKeys } = await list()
    expect(keyEncryptionKeys).toMatchObject([{ version: 1, state: 'current' }])
    expect(keys.map(({ purpose }) => purpose)).toContain('ledger')
    expect(keys.every(({ subject }) => subject === null)).toBe(true)
    const { out } = await real.cli(['keys', 'list'])
    expect(out).toMatch(/key-encryption key .*\nversion 1 +current/)
    expect(out).toMatch(/\nledger +- +1 +current/)
  })

  it('rotate replaces the key-encryption key, or the data key of a purpose, and everything still opens', async () => {
    const { code, out } = await real.cli(['keys', 'rotate'])
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^The key-encryption key is version 2 now; \d+ data keys? (?:is|are) being/),
    ])
    expect((await real.cli(['keys', 'rotate', '--purpose', 'ledger'])).out).toBe(
      'ledger is encrypted with version 2 from now on.\n',
    )
    const { keys } = await list('--purpose', 'ledger')
    expect(keys.map(({ version, state }) => [version, state])).toEqual([
      [2, 'current'],
      [1, 'retired'],
    ])
    const events = await real.json<{ kind: string }[]>('log', 'search', '--kind', 'key.rotated')
    expect(events).toHaveLength(2)
  })

  it('rotate --everything leaves the keys of indexes as they are', async () => {
    expect((await real.cli(['keys', 'rotate', '--everything'])).code).toBe(0)
    const { keys } = await list('--state', 'current')
    expect(keys.find(({ purpose }) => purpose === 'ledger')?.version).toBe(3)
    expect(keys.filter(({ purpose }) => purpose.endsWith('/index')).map(({ version }) => version)).not.toContain(2)
  })

  it('destroy says whom it hits and asks, and refuses what is in use', async () => {
    const [current] = (await list('--purpose', 'ledger', '--state', 'current')).keys
    const refused = await real.cli(['keys', 'destroy', current?.id ?? '', '--yes'])
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('key for ledger, version 3, current')])
    expect(refused.error).toContain('at present')
    expect(refused.error).toMatch(/What to do: http.*\/problems\/key_in_use\n/)

    expect((await list('--person', 'ada@example.com')).keys.length).toBeGreaterThan(0)
    const existing = await real.cli(['keys', 'destroy', '--person', 'ada@example.com', '--yes'])
    expect([existing.code, existing.error]).toEqual([1, expect.stringContaining('still has an account')])
  })

  it('destroy acknowledges what was shown, once somebody has agreed', async () => {
    const key = { purpose: 'directory', subject: `Person/${ada.id}`, version: 1, state: 'current' }
    const hits = { keys: [key], columns: [{ table: 'people', column: 'email', values: 2 }], values: 2 }
    const server = await scripted(({ method }) => ({ body: method === 'GET' ? hits : { keys: 1, values: 2 } }))
    const destroy = (answers?: readonly string[]) =>
      holdfast(['keys', 'destroy', '--person', ada.id, '--url', server.url], {
        env: { HOLDFAST_TOKEN: 'hfk_x' },
        ...(answers !== undefined && { answers }),
      })
    const alone = await destroy()
    expect([alone.code, alone.error]).toEqual([1, expect.stringContaining('Nobody is here to agree')])
    expect(alone.error).toContain('2 values at most would never be readable again:\n  people.email: 2\n')
    expect((await destroy(['n'])).code).toBe(1)
    expect(server.asked.every(({ method }) => method === 'GET')).toBe(true)
    expect(await destroy(['yes'])).toMatchObject({
      code: 0,
      out: '1 key is gone, and what was encrypted with them.\n',
    })
    expect(server.asked.at(-1)).toMatchObject({
      path: '/api/v1/keys/destroy',
      body: { subject: `Person/${ada.id}`, values: 2 },
    })
    await server.close()
  })

  it('wants to know which', async () => {
    expect((await real.cli(['keys', 'destroy'])).code).toBe(2)
    expect((await real.cli(['keys', 'rotate', '--person', ada.id])).code).toBe(2)
  })
})
