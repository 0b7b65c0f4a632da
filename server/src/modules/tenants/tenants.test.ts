import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { claimsOf, granted, plainClient, type PlainClient, redirectUri } from '../oauth/testing/client.ts'
import { letterTo, linkIn } from '../../testing/mailbox.ts'
import { addPerson, type Credentials, quickSignIn, signInAs, type Visitor, visitor } from '../../testing/visitor.ts'
import { type Answer, startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

let whole: WholeServer
let acme: Tenant

interface Tenant {
  readonly id: string
  readonly slug: string
  readonly link: string
  readonly browser: Visitor
  /** as its operator */
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

const password = 'thistle harbour lamp 42 oven'

/** A tenant whose first operator has accepted. */
async function tenant(slug: string, more: object = {}): Promise<Tenant> {
  const email = `boss@${slug}.example`
  const made = await whole.call('POST', '/api/v1/tenants', { slug, name: slug.toUpperCase(), admin: { email, name: 'Boss' }, ...more })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
  const { link } = made.json['invitation'] as { link: string }
  const browser = visitor(whole.url)
  const token = new URL(link).searchParams.get('token') ?? ''
  expect((await browser.get(link.slice(whole.url.length))).text).toContain(email)
  const accepted = await browser.post('/invitation', { token, name: 'Boss', password })
  expect(accepted.status, accepted.text).toBe(303)
  return {
    id: made.json['id'] as string,
    slug,
    link,
    browser,
    call: (method, path, body) => browser.api(method, path, body, { 'sec-fetch-site': 'same-origin' }),
  }
}

async function personIn(of: Tenant, name: string): Promise<Credentials> {
  const email = `${name.toLowerCase()}@people.example`
  const { status, json } = await of.call('POST', '/api/v1/people', { email, name, password, groups: [] })
  expect(status, JSON.stringify(json)).toBe(201)
  return { id: json['id'] as string, email, password }
}

const signIn = async (at: string, { email }: Pick<Credentials, 'email'>, word = password, browser = visitor(whole.url)) => {
  const answer = await browser.post(at, { username: email, password: word })
  return { answer, browser }
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  acme = await tenant('acme')
}, 120_000)
afterAll(() => whole.close())

describe('a tenant', () => {
  it('is made with everything, and its first operator comes by the link, which is mailed as well', async () => {
    const me = await acme.browser.api('GET', '/api/v1/me')
    expect(me.json, JSON.stringify(me.json)).toMatchObject({ email: 'boss@acme.example', groups: ['admins'] })
    const groups = await acme.call('GET', '/api/v1/groups')
    expect((groups.json['items'] as { id: string }[]).map(({ id }) => id)).toContain('provisioning')
    const people = await acme.call('GET', '/api/v1/people')
    expect((people.json['items'] as unknown[]).length).toBe(1)
    const list = await whole.call('GET', '/api/v1/tenants')
    expect((list.json['items'] as { slug: string; first: boolean }[]).map(({ slug, first }) => [slug, first])).toEqual([
      ['default', true],
      ['acme', false],
    ])
  })
})
