import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer

beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

it('makes, suspends and deletes a tenant, and says first whom that hits', async () => {
  const made = await real.cli(['tenants', 'create', 'acme', '--name', 'Acme Works', '--admin', 'ada@acme.example'])
  expect([made.code, made.out]).toEqual([
    0,
    expect.stringMatching(/The tenant acme is there\.[^]*\/invitation\?token=/),
  ])
  expect((await real.cli(['tenants', 'list'])).out).toMatch(/acme +Acme Works +active/)

  const early = await real.cli(['tenants', 'delete', 'acme', '--yes'])
  expect([early.code, early.error]).toEqual([1, expect.stringContaining('(tenant_active)')])
  expect((await real.cli(['tenants', 'suspend', 'acme', '--reason', 'over'])).out).toBe('acme is suspended.\n')
  const asked = await real.cli(['tenants', 'delete', 'acme'], { answers: ['n'] })
  expect([asked.code, asked.error]).toEqual([1, expect.stringContaining('0 people, 1 service, 1 application')])
  expect((await real.cli(['tenants', 'list'])).out).toMatch(/acme +Acme Works +suspended/)

  const gone = await real.cli(['tenants', 'delete', 'acme', '--yes'])
  expect([gone.code, gone.out]).toEqual([0, expect.stringMatching(/^acme is deleted: \d+ keys were destroyed/)])
  expect((await real.cli(['tenants', 'list'])).out).not.toContain('acme')
})
