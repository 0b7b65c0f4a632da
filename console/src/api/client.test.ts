import { describe, expect, it } from 'vitest'
import { at, createClient, isTransient, signInLocation } from './client.ts'
import { ApiError } from './errors.ts'

interface Call {
  readonly url: string
  readonly init: RequestInit
}

/** A client whose fetch answers with one response, and what it was asked. */
function clientAnswering(answer: () => Promise<Response>) {
  const calls: Call[] = []
  let signedOut = 0
  let sealed = 0
  const client = createClient({
    fetch: async (url, init) => {
      calls.push({ url, init })
      return await answer()
    },
    onUnauthenticated: () => {
      signedOut += 1
    },
    onSealed: () => {
      sealed += 1
    },
  })
  return { client, calls, signedOut: () => signedOut, sealed: () => sealed }
}

const json = (status: number, body: unknown) => async () =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })

async function rejection(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => new Error('did not reject'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApiError)) throw error
  return error
}

describe('client', () => {
  it('asks below /api/v1 on its own origin and leaves out empty parameters', async () => {
    const { client, calls } = clientAnswering(json(200, { items: [] }))
    await client.get('/people', { query: 'a b&c', cursor: null, limit: 50, kind: '' })
    expect(calls[0]?.url).toBe('/api/v1/people?query=a+b%26c&limit=50')
    expect(calls[0]?.init).toMatchObject({ method: 'GET', credentials: 'same-origin', redirect: 'error' })
  })

  it('sends a body as JSON, and none when there is none', async () => {
    const { client, calls } = clientAnswering(async () => new Response(null, { status: 204 }))
    expect(await client.send('PUT', '/x', { a: 1 })).toBeUndefined()
    await client.send('DELETE', '/x')
    expect(calls[0]?.init).toMatchObject({
      method: 'PUT',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(calls[1]?.init.body).toBeUndefined()
  })

  it('goes to the sign-in page when the session is gone, and rejects too', async () => {
    const { client, signedOut } = clientAnswering(
      json(401, { code: 'unauthenticated', title: 'Not signed in', detail: 'Sign in.' }),
    )
    expect((await rejection(client.get('/me'))).problem.code).toBe('unauthenticated')
    expect(signedOut()).toBe(1)
  })

  it('does not sign out for a refusal', async () => {
    const { client, signedOut } = clientAnswering(json(403, { code: 'forbidden', title: 'Refused', eventId: 'e1' }))
    expect((await rejection(client.get('/people'))).problem.eventId).toBe('e1')
    expect(signedOut()).toBe(0)
  })

  it('tells when the server is sealed, and of no other 503', async () => {
    const { client, sealed } = clientAnswering(json(503, { code: 'sealed', title: 'Sealed' }))
    expect((await rejection(client.get('/me'))).status).toBe(503)
    expect(sealed()).toBe(1)
    const busy = clientAnswering(json(503, { code: 'database_unavailable' }))
    await rejection(busy.client.get('/me'))
    expect(busy.sealed()).toBe(0)
  })

  it('gives a file as it came, and refuses one like any other call', async () => {
    const { client, calls } = clientAnswering(async () => new Response('c2sp.org/tlog-proof@v1\n'))
    expect(await (await client.file('/events/e/proof', { from: 1 })).text()).toBe('c2sp.org/tlog-proof@v1\n')
    expect(calls[0]?.url).toBe('/api/v1/events/e/proof?from=1')
    const refused = clientAnswering(json(409, { code: 'event_not_placed' }))
    expect((await rejection(refused.client.file('/x'))).problem.code).toBe('event_not_placed')
  })

  it('says so when no answer came', async () => {
    const { client } = clientAnswering(async () => await Promise.reject(new TypeError('Failed to fetch')))
    const error = await rejection(client.get('/me'))
    expect(error).toMatchObject({ status: 0, problem: { code: 'unreachable' } })
    expect(isTransient(error)).toBe(true)
  })

  it('lets an abort through as an abort', async () => {
    const { client } = clientAnswering(async () => await Promise.reject(new DOMException('gone', 'AbortError')))
    await expect(client.get('/events')).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('asks again after faults only', async () => {
    const { client } = clientAnswering(json(503, {}))
    expect(isTransient(await rejection(client.get('/me')))).toBe(true)
    const broad = clientAnswering(json(503, { code: 'search_too_broad' }))
    expect(isTransient(await rejection(broad.client.get('/events')))).toBe(false)
    const refused = clientAnswering(json(404, {}))
    expect(isTransient(await rejection(refused.client.get('/me')))).toBe(false)
  })
})

describe('at', () => {
  it('makes one segment of each value', () => {
    expect(at`/people/${'../groups?x=1#y'}/sessions`).toBe('/people/..%2Fgroups%3Fx%3D1%23y/sessions')
    expect(at`/me`).toBe('/me')
  })
})

describe('signInLocation', () => {
  it('comes back to the page with its search', () => {
    expect(signInLocation({ pathname: '/console/events', search: '?outcome=refused' })).toBe(
      '/sign-in?return=%2Fconsole%2Fevents%3Foutcome%3Drefused',
    )
  })

  it('leads to where more is shown, and nowhere else', () => {
    const location = { pathname: '/console/people', search: '' }
    expect(signInLocation(location, '/sign-in/verify?return=%2Fconsole%2F&max_age=900')).toBe(
      '/sign-in/verify?return=%2Fconsole%2Fpeople&max_age=900',
    )
    expect(signInLocation(location, '//evil.example/sign-in/')).toBe('/sign-in?return=%2Fconsole%2Fpeople')
  })
})
