import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReal, type RealServer } from '../testing/server.ts'

let real: RealServer
let credentials = ''
let receipt = ''

beforeAll(async () => {
  real = await startReal()
  credentials = join(real.folder, 'credentials.json')
  receipt = join(real.folder, 'receipt.jwt')
  await real.json('applications', 'create', 'blog')
  const made = await real.cli(['services', 'create', 'blog', '--application', 'blog', '--out', credentials])
  expect([made.code, made.error]).toEqual([0, ''])
})
afterAll(() => real.stop())

/** An application that takes what it is given and never says that it has it. */
async function attach(): Promise<void> {
  const { url, token } = JSON.parse(readFileSync(credentials, 'utf8')) as { url: string; token: string }
  const edge = { kind: 'sdk', version: '1', id: 'silent' }
  const response = await fetch(`${url}/api/v1/edge/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ application: 'blog', epoch: 0, cursor: 0, waitSeconds: 0, edge }),
  })
  expect(response.status).toBe(200)
}

describe('access barrier', () => {
  it('says that a change is effective, and since when, and keeps the receipt', async () => {
    const { code, out } = await real.cli(['access', 'barrier', '--application', 'blog', '--out', receipt])
    expect(code).toBe(0)
    expect(out).toMatch(/^Nobody had a lease\.\nEffective everywhere at 20\d\d-[^ ]+: epoch \d+\.\n$/)
  })

  it('says who may still act by something older, and fails then', async () => {
    await attach()
    const { code, out } = await real.cli(['access', 'barrier', '--wait', '0'])
    expect(code).toBe(1)
    expect(out).toMatch(/silent +sdk +blog +0 +may still act by something older, until 20/)
    expect(out).toMatch(/Not yet: 1 process may still act by something older than epoch \d+\.\n$/)
  })

  it('refuses what is no number, and an epoch that no change has had', async () => {
    expect((await real.cli(['access', 'barrier', '--epoch', '-3'])).code).toBe(2)
    const { code, error } = await real.cli(['access', 'barrier', '--epoch', '1000000'])
    expect([code, error]).toEqual([1, expect.stringContaining('epoch_unknown')])
  })
})

describe('access receipt', () => {
  const check = (file: string) => real.cli(['access', 'receipt', file, '--credentials', credentials])

  it('checks it by the keys of the credentials, and shows what it says', async () => {
    const { code, out } = await check(receipt)
    expect([code, out]).toEqual([0, expect.stringMatching(/effective at +20[^\n]+\nepoch +\d+\nof +blog\n/)])
  })

  it('refuses one that was changed, another kind of token, and what cannot be read', async () => {
    const [head, body, signature] = readFileSync(receipt, 'utf8').trim().split('.')
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as Record<string, unknown>
    const forged = Buffer.from(JSON.stringify({ ...claims, effectiveAt: '2020-01-01T00:00:00Z' })).toString('base64url')
    const other = join(real.folder, 'other.jwt')
    for (const token of [`${head}.${forged}.${signature}`, `${head}.${body}`, '']) {
      writeFileSync(other, token)
      expect(await check(other)).toMatchObject({ code: 1, error: expect.stringContaining('receipt_invalid') })
    }
    expect((await check(join(real.folder, 'none.jwt'))).code).toBe(2)
    expect((await real.cli(['access', 'receipt', receipt, '--credentials', receipt])).code).toBe(2)
  })
})
