import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

const scim = (...words: string[]) => real.cli(['identity', 'scim', ...words])

describe('holdfast identity scim', () => {
  it('makes what a directory needs to provision, and says what it keeps', async () => {
    expect((await scim('list')).out).toMatch(/^No directory provisions here/)
    const made = await scim('create', 'Entra ID')
    const [, url = '', token = ''] = /^tenant URL +(\S+)\ntoken +(hfk_\S+)\n/.exec(made.out) ?? []
    expect(url).toBe(`${real.url}/scim/v2`)
    const answer = await fetch(`${url}/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({ userName: 'ada@example.com' }),
    })
    expect(answer.status).toBe(201)
    expect((await scim('list')).out).toMatch(/\nEntra ID +1 /)
  })

  it('hands people and groups over, and takes them back', async () => {
    const ben = await real.json<Person>('people', 'create', 'ben@example.com', '--name', 'Ben', '--no-password')
    expect((await scim('hand-over', 'Entra ID', 'ben@example.com')).out).toBe('Entra ID keeps ben@example.com now.\n')
    expect((await real.cli(['people', 'disable', 'ben@example.com'])).code).toBe(0)
    expect((await scim('release', 'Entra ID', ben.id)).code).toBe(0)

    await real.cli(['groups', 'create', 'sales', '--name', 'Sales'])
    expect((await scim('allow', 'Entra ID', 'sales')).out).toBe('Entra ID may change who is in sales.\n')
    expect((await scim('list')).out).toMatch(/sales/)
    expect((await scim('disallow', 'Entra ID', 'sales')).code).toBe(0)
    const refused = await scim('allow', 'Entra ID', 'admins')
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('Say --power if the connection')])
    expect((await scim('allow', 'Entra ID', 'admins', '--power')).code).toBe(0)
    const unknown = await scim('allow', 'Okta', 'sales')
    expect([unknown.code, unknown.error]).toEqual([1, expect.stringContaining('No directory Okta provisions here.')])
  })
})
