import { expect } from 'vitest'
import { type PageAnswer, quickSignIn, type Visitor } from '../../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'
import { type Account, type FakeUpstream, startUpstream } from './upstream.ts'

/** A server with three connections to one provider: `corp` and `open` give accounts, `closed` gives none. */
export interface Federated {
  readonly whole: WholeServer
  readonly upstream: FakeUpstream
  connect(id: string, more: Record<string, unknown>): Promise<Record<string, unknown>>
  /** Sets out, signs in there as this account, and comes back. */
  come(browser: Visitor, connection: string, account: Account, query?: string): Promise<PageAnswer>
  /** An account that nobody has had yet. */
  fresh(domain?: string, more?: Partial<Account>): Account
  close(): Promise<void>
}

const settings = {
  ...quickSignIn,
  HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '100',
  HOLDFAST_SIGNIN_THROTTLE_ADDRESS_FREE: '10000',
}

export async function startFederated(postgresUrl: string): Promise<Federated> {
  const whole = await startWholeServer(postgresUrl, settings)
  const upstream = await startUpstream()
  let number = 0
  const own: Federated = {
    whole,
    upstream,
    async connect(id, more) {
      const where = { issuer: upstream.issuer, clientId: 'holdfast', clientSecret: 'upstream-secret' }
      const answer = await whole.call('POST', '/api/v1/connections', { id, name: `The ${id}`, ...where, ...more })
      expect(answer.status, JSON.stringify(answer.json)).toBe(201)
      return answer.json
    },
    async come(browser, connection, account, query = '') {
      upstream.account = account
      const gone = await browser.get(`/sign-in/with/${connection}${query}`)
      expect(gone.status, gone.text).toBe(303)
      return browser.get(await upstream.visit(gone.headers.get('location') ?? ''))
    },
    fresh(domain = 'corp.example', more = {}) {
      number += 1
      const named = { sub: `subject-${number}`, email: `person${number}@${domain}`, name: `Person ${number}` }
      return { ...named, email_verified: true, ...more }
    },
    async close() {
      await upstream.close()
      await whole.close()
    },
  }
  await own.connect('corp', { signUp: true, domains: ['corp.example'], updateName: true })
  await own.connect('open', { signUp: true, button: true })
  await own.connect('closed', {})
  return own
}

export async function whoIs(browser: Visitor): Promise<Record<string, unknown> | null> {
  const me = await browser.api('GET', '/api/v1/me')
  return me.status === 200 ? me.json : null
}

/** The id of whoever is signed in. */
export async function idOf(browser: Visitor): Promise<string> {
  const { json } = await browser.api('GET', '/api/v1/me')
  return (json['principal'] as { id: string }).id
}

/** The link on a page that leads on. */
export function onward({ text }: PageAnswer): string {
  return (/class="on" href="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
}
