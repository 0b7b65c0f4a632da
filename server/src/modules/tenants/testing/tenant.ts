import { expect } from 'vitest'
import { type Credentials, type Visitor, visitor } from '../../../testing/visitor.ts'
import type { Answer, WholeServer } from '../../../testing/whole-server.ts'

export const password = 'thistle harbour lamp 42 oven'

export interface TestTenant {
  readonly id: string
  readonly slug: string
  /** of the first operator's invitation */
  readonly link: string
  /** of the first operator */
  readonly browser: Visitor
  /** as that one */
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

/** A tenant whose first operator has accepted the invitation. */
export async function makeTenant(whole: WholeServer, slug: string, more: object = {}): Promise<TestTenant> {
  const email = `boss@${slug}.example`
  const asked = { slug, name: slug, admin: { email, name: 'Boss' }, ...more }
  const made = await whole.call('POST', '/api/v1/tenants', asked)
  expect(made.status, JSON.stringify(made.json)).toBe(201)
  const { link } = made.json['invitation'] as { link: string }
  const browser = visitor(whole.url)
  expect((await browser.get(link.slice(whole.url.length))).text).toContain(email)
  const token = new URL(link).searchParams.get('token') ?? ''
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

/** A person of the tenant, with the password of all. */
export async function personIn(tenant: TestTenant, name: string): Promise<Credentials> {
  const email = `${name.toLowerCase()}@shop.example`
  const { status, json } = await tenant.call('POST', '/api/v1/people', { email, name, password })
  expect(status, JSON.stringify(json)).toBe(201)
  return { id: json['id'] as string, email, password }
}
