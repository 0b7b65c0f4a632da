import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

it('lists what somebody has, and resets it once somebody agrees', async () => {
  const ada = await real.json<Person>('people', 'create', 'ada@example.com', '--name', 'Ada', '--no-password')
  const listed = await real.cli(['identity', 'mfa', 'list', 'ada@example.com'])
  expect([listed.code, listed.out]).toEqual([
    0,
    expect.stringMatching(/demanded by the settings +aal1\n[^]*No passkeys\./),
  ])
  const proof = ['--proof', 'document', '--reason', 'passport, ticket 4711']
  const unproved = await real.cli(['identity', 'mfa', 'reset', 'ada@example.com', '--yes'])
  expect([unproved.code, unproved.error]).toEqual([2, expect.stringContaining('--proof')])
  const asked = await real.cli(['identity', 'mfa', 'reset', 'ada@example.com', ...proof])
  expect([asked.code, asked.error]).toEqual([1, expect.stringContaining('--yes')])
  const reset = await real.cli(['identity', 'mfa', 'reset', ada.id, ...proof, '--yes'])
  expect(reset.out).toBe('ada@example.com had 0 passkeys; 0 sessions ended. They enrol anew.\n')
  expect((await real.cli(['identity', 'mfa', 'list', 'nobody@example.com'])).code).not.toBe(0)
})
