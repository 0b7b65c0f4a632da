import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect } from 'vitest'
import type { Answer, WholeServer } from './whole-server.ts'

/** Cheap hashes, a brake that is soon felt, and operators who come by password alone. */
export const quickSignIn: Readonly<Record<string, string>> = {
  HOLDFAST_SIGNIN_MFA_ADMINS: 'aal1',
  HOLDFAST_SIGNIN_ARGON2_MEMORY_KIB: '7168',
  HOLDFAST_SIGNIN_ARGON2_ITERATIONS: '1',
  HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '5',
}

export interface PageAnswer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** Set-Cookie as it was sent */
  readonly cookies: readonly string[]
}

/** Somebody at a browser: sends forms, keeps cookies, follows nothing by itself. */
export interface Visitor {
  /** the value of `__Host-holdfast`; set it to play with it */
  session: string | undefined
  /** every other cookie */
  readonly jar: Map<string, string>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<PageAnswer>
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<PageAnswer>
  /** as the console does, with the cookie */
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

interface Sending {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export function visitor(url: string): Visitor {
  const own: Visitor = {
    session: undefined,
    jar: new Map(),
    get: (path, headers) => page(path, { headers: { ...headers } }),
    post: (path, form, headers) =>
      page(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(form).toString(),
      }),
    async api(method, path, body, headers) {
      const response = await send(path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
    },
  }

  async function send(path: string, init: Sending): Promise<Response> {
    const all = [...own.jar, ...(own.session === undefined ? [] : [['__Host-holdfast', own.session]])]
    const cookie = all.length === 0 ? {} : { cookie: all.map((pair) => pair.join('=')).join('; ') }
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: { ...cookie, ...init.headers },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name === '__Host-holdfast') own.session = value === '' ? undefined : value
      else if (value === '') own.jar.delete(name)
      else own.jar.set(name, value)
    }
    return response
  }

  async function page(path: string, init: Sending): Promise<PageAnswer> {
    const response = await send(path, init)
    const { status, headers } = response
    return { status, headers, cookies: headers.getSetCookie(), text: await response.text() }
  }

  return own
}

export interface Credentials {
  readonly id: string
  readonly email: string
  readonly password: string
}

/** Adds a person with a password, by the bootstrap token or another bearer. */
export async function addPerson(
  whole: WholeServer,
  name: string,
  groups: readonly string[] = [],
  bearer?: string,
): Promise<Credentials> {
  const person = { email: `${name.toLowerCase()}@shop.example`, name, password: `gravel teapot ${name} 71 invoice` }
  const { status, json } = await whole.call('POST', '/api/v1/people', { ...person, groups }, bearer)
  expect(status, JSON.stringify(json)).toBe(201)
  return { id: json['id'] as string, email: person.email, password: person.password }
}

export async function signInAs(url: string, { email, password }: Omit<Credentials, 'id'>): Promise<Visitor> {
  const browser = visitor(url)
  const answer = await browser.post('/sign-in', { username: email, password })
  expect(answer.status, answer.text).toBe(303)
  return browser
}

/** The secret of the set-up link, from the file. */
export function setupSecret(dataDir: string): string {
  const { setupUrl } = JSON.parse(readFileSync(join(dataDir, 'bootstrap.json'), 'utf8')) as { setupUrl: string }
  return new URL(setupUrl).searchParams.get('token') ?? ''
}

export interface StoredEvent {
  readonly id: string
  readonly kind: string
  readonly outcome: string
  readonly reason: string | null
  readonly actor: string | null
  readonly actorName: string | null
  readonly resource: string | null
  readonly application: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** @returns the events of a kind as they were written, newest first, whether the sequencer has seen them or not */
export async function eventsOf({ server }: Pick<WholeServer, 'server'>, kind: string): Promise<readonly StoredEvent[]> {
  const client = new Client({ connectionString: server.database.url })
  await client.connect()
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM events WHERE kind = $1 ORDER BY recorded_at DESC, id DESC',
    [kind],
  )
  await client.end()
  const ready = await server.ready
  const events = await ready.readEvents(rows.map(({ id }) => id))
  return events.map(({ view: { actor, resource, ...rest } }) => ({
    ...rest,
    actor: actor?.id ?? null,
    actorName: actor?.name ?? null,
    resource: resource?.id ?? null,
  }))
}
