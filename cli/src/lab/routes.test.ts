import { once } from 'node:events'
import { type IncomingMessage, request as open } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAt } from '../stack/sign-in.ts'
import { openBrowser } from './browser.ts'
import type { Answer, Sending } from './http.ts'
import { type EdgeWorld, password, startEdgeWorld, type Who } from './testing/edge-world.ts'

// Backends that answer everything, behind a real gateway of a real control plane: what they would let anybody do is decided at the edge.

let world: EdgeWorld
beforeAll(async () => {
  world = await startEdgeWorld()
})
afterAll(() => world?.close())

const codeOf = ({ json }: Answer): unknown => (json as { code?: unknown } | undefined)?.code

/** A request to the application that answers everything. @returns the status, and whether it got there */
async function thingsAnswer(who: Who, method: string, path: string, headers: Sending['headers'] = {}) {
  world.reached.length = 0
  world.answered = { type: 'application/json', body: '{}' }
  const answer = await world.ask(world.things, who, method, path, headers)
  return { status: answer.status, code: codeOf(answer), reached: world.reached.length > 0, answer }
}

describe('the naive shop behind a gateway whose routes name actions', () => {
  const reviews = async () => (await world.pool.query<{ id: string }>('SELECT id FROM reviews ORDER BY id')).rows

  it('deletes no review for whoever may not, whatever they write', async () => {
    const before = await reviews()
    const id = before[0]?.id ?? ''
    const tries: [string, string, Sending['headers']?][] = [
      ['DELETE', `/reviews/${id}`],
      ['POST', `/reviews/${id}/delete`],
      ['DELETE', `/Reviews/${id}`],
      ['DELETE', `/reviews/${id}/`],
      ['DELETE', `/reviews/${id.toUpperCase()}`],
      ['DELETE', `/reviews/%${id.charCodeAt(0).toString(16)}${id.slice(1)}`],
      ['DELETE', `//reviews/${id}`],
      ['DELETE', `/./reviews/${id}`],
      ['DELETE', `/reviews;x=1/${id}`],
      ['DELETE', `/profiles/..%2freviews/${id}`],
      ['DELETE', `/reviews%2f${id}`],
      ['POST', `/reviews/${id}/delete/`],
      ['POST', `/reviews/${id}/DELETE`],
      ['GET', `/reviews/${id}`, { 'x-http-method-override': 'DELETE' }],
      ['POST', `/reviews/${id}`, { 'x-method-override': 'DELETE' }],
      ['POST', `/reviews/${id}?_method=DELETE`],
      ['DELETE', `/reviews/${id}'%20OR%20'1'='1`],
    ]
    for (const who of ['mia', null] as const) {
      for (const [method, path, headers] of tries) {
        const { status } = await world.ask(world.shop, who, method, path, headers)
        expect([400, 401, 403], `${who} ${method} ${path}`).toContain(status)
      }
    }
    expect(await reviews()).toEqual(before)
    const denied = await world.ask(world.shop, 'mia', 'DELETE', `/reviews/${id}`)
    expect([denied.status, codeOf(denied)]).toEqual([403, 'forbidden'])
    expect(denied.text).not.toMatch(/admins|author|policy/)
    const allowed = await world.ask(world.shop, 'ada', 'DELETE', `/reviews/${id}`)
    expect(allowed.status).toBe(204)
    expect(await reviews()).toEqual(before.slice(1))
  })

  it('tells of a profile what its reader may see, alone and in lists', async () => {
    const own = (await world.ask(world.shop, 'ben', 'GET', `/profiles/${world.ids['ben']}`)).json
    expect(own).toEqual({ ...(own as object), email: 'ben@shop.example' })
    expect(Object.keys(own as object).toSorted()).toEqual(['card_last4', 'display_name', 'email', 'person_id', 'phone'])
    const other = await world.ask(world.shop, 'mia', 'GET', `/profiles/${world.ids['ben']}`, {
      'accept-encoding': 'gzip',
      range: 'bytes=0-',
    })
    expect(Object.keys(other.json as object).toSorted()).toEqual(['display_name', 'person_id'])
    const { items } = (await world.ask(world.shop, 'mia', 'GET', '/profiles')).json as {
      items: Record<string, unknown>[]
    }
    expect(items).toHaveLength(3)
    for (const item of items)
      expect('email' in item, item['display_name'] as string).toBe(item['person_id'] === world.ids['mia'])
    expect(JSON.stringify(items)).not.toMatch(/password|card_number|411111111111/)
  })
})

describe('a backend that answers everything', () => {
  it('is reached by whom the policies permit', async () => {
    expect(await thingsAnswer('mia', 'GET', '/things/1')).toMatchObject({ status: 200, reached: true })
    expect(await thingsAnswer('mia', 'HEAD', '/things/1')).toMatchObject({ status: 200, reached: true })
    expect(await thingsAnswer('ada', 'GET', '/things/42')).toMatchObject({ status: 200, reached: true })
    expect(await thingsAnswer(null, 'GET', '/open/a/b')).toMatchObject({ status: 200, reached: true })
    expect(await thingsAnswer(null, 'GET', '/pages/1')).toMatchObject({ status: 200, reached: true })
    expect(await thingsAnswer('mia', 'GET', '/by-query?id=1&page=2')).toMatchObject({ status: 200, reached: true })
  })

  it.each([
    ['a forbidden thing', 'GET', '/things/42', {}],
    ['its head', 'HEAD', '/things/42', {}],
    ['another act', 'DELETE', '/things/1', {}],
    ['no route', 'GET', '/elsewhere', {}],
    ['no method', 'PUT', '/things/1', {}],
    ['case', 'GET', '/Things/1', {}],
    ['a slash at the end', 'GET', '/things/1/', {}],
    ['two slashes', 'GET', '//things/1', {}],
    ['an encoded letter', 'GET', '/thing%73/1', {}],
    ['an encoded digit', 'GET', '/things/4%32', {}],
    ['an encoded slash', 'GET', '/things%2f1', {}],
    ['twice encoded', 'GET', '/things/%2534%32', {}],
    ['a path parameter', 'GET', '/things/42;a=1', {}],
    ['a dot segment', 'GET', '/open/../things/42', {}],
    ['a dot segment in disguise', 'GET', '/open/%2e%2e/things/42', {}],
    ['a backslash', 'GET', '/open\\..\\things/42', {}],
    ['another spelling of a number', 'GET', '/things/042', {}],
    ['a number with a tail', 'GET', '/things/42abc', {}],
    ['a full-width number', 'GET', '/things/%EF%BC%94%EF%BC%92', {}],
    ['another method in a header', 'GET', '/things/1', { 'x-http-method-override': 'DELETE' }],
    ['another method in another header', 'POST', '/open/x', { 'x-http-method': 'DELETE', 'x-method-override': 'PUT' }],
    ['another method in the query', 'GET', '/things/1?_method=delete', {}],
    ['a second parameter', 'GET', '/by-query?id=1&id=42', {}],
    ['a second parameter before', 'GET', '/by-query?id=42&id=1', {}],
    ['a second one in another case', 'GET', '/by-query?id=1&ID=42', {}],
    ['a second one as a list', 'GET', '/by-query?id=1&id[]=42', {}],
    ['a second one encoded', 'GET', '/by-query?id=1&%69d=42', {}],
    ['a second one behind a semicolon', 'GET', '/by-query?id=1;id=42', {}],
    ['none', 'GET', '/by-query', {}],
    ['an action that the schema has not', 'GET', '/nowhere', {}],
    ['a rewriting header', 'GET', '/things/42', { 'x-original-url': '/things/1', 'x-rewrite-url': '/things/1' }],
  ] as const)('is not reached by: %s', async (what, method, path, headers) => {
    const got = await thingsAnswer('mia', method, path, headers)
    // A method in a header does no harm where all of them are one route's.
    if (what === 'another method in another header') expect(got.status).toBe(200)
    else expect({ ...got, answer: null }).toMatchObject({ reached: false })
  })

  it('wants somebody where an action is named, and more of them where policies or the route say so', async () => {
    expect(await thingsAnswer(null, 'GET', '/things/1')).toMatchObject({ status: 401, code: 'unauthenticated' })
    const page = await thingsAnswer(null, 'GET', '/things/1', { accept: 'text/html' })
    expect([page.status, page.answer.headers.location]).toEqual([302, '/.holdfast/sign-in?return=%2Fthings%2F1'])
    for (const path of ['/grave', '/fresh']) {
      const weak = await thingsAnswer('mia', 'GET', path)
      expect(weak).toMatchObject({ status: 401, code: 'insufficient_user_authentication', reached: false })
      expect(weak.answer.headers['www-authenticate']).toMatch(
        /error="insufficient_user_authentication".*acr_values="aal2"/,
      )
      const sent = await thingsAnswer('mia', 'GET', path, { accept: 'text/html' })
      expect([sent.status, sent.answer.headers.location]).toEqual([302, expect.stringContaining('acr=aal2')])
    }
  })

  it('is told by one event why somebody was refused, and what would have been', async () => {
    await thingsAnswer('ben', 'GET', '/things/42')
    expect(await thingsAnswer('ben', 'GET', '/tried')).toMatchObject({ status: 200, reached: true })
    const found = async (kind: string) => {
      const { items } = (await world.call('GET', `/api/v1/events?kind=${kind}&limit=100`)) as {
        items: { readonly actor: { readonly id: string } | null }[]
      }
      return items.filter(({ actor }) => actor?.id === world.ids['ben'])
    }
    await expect.poll(() => found('decision.denied')).toHaveLength(1)
    await expect.poll(() => found('request.reported')).toHaveLength(1)
    const [denied] = await found('decision.denied')
    expect(denied).toMatchObject({
      application: 'things',
      reason: 'denied',
      resource: { type: 'Thing', id: '42' },
      data: { action: 'view', decision: 'deny', policies: ['secret'], request: { method: 'GET', path: '/things/42' } },
    })
    expect((await found('request.reported'))[0]).toMatchObject({ reason: 'forbidden', data: { action: 'remove' } })
  })

  it('goes by a change of policies from the answer on that says so', async () => {
    expect((await thingsAnswer('mia', 'GET', '/things/7')).status).toBe(200)
    const text = 'forbid (principal, action, resource == Thing::"7");'
    await world.call('PUT', '/api/v1/applications/things/policies/seven?wait=effective', { text, expectedVersion: 0 })
    expect(await thingsAnswer('mia', 'GET', '/things/7')).toMatchObject({ status: 403, reached: false })
    await world.call('PATCH', `/api/v1/people/${world.ids['mia']}?wait=effective`, { groups: ['keepers'] })
    expect((await thingsAnswer('mia', 'DELETE', '/things/3')).status).toBe(200)
    await world.call('PATCH', `/api/v1/people/${world.ids['mia']}?wait=effective`, { groups: [] })
    expect(await thingsAnswer('mia', 'DELETE', '/things/3')).toMatchObject({ status: 403, reached: false })
  })

  it('cuts a WebSocket that the policies would not let through any more, before the change counts as effective', async () => {
    const { hostname, port } = new URL(world.things)
    const headers = { host: `${hostname}:${port}`, origin: world.things, connection: 'Upgrade', upgrade: 'websocket' }
    const cookie = `__Host-holdfast=${world.sessions[`mia ${world.things}`]}`
    const asking = open({ host: '127.0.0.1', port, path: '/things/9', headers: { ...headers, cookie } })
    asking.end()
    const [, socket] = (await once(asking, 'upgrade')) as [unknown, Socket]
    const gone = new Promise<string>((resolve) =>
      socket.once('close', () => resolve('gone')).once('error', () => undefined),
    )
    const text = 'forbid (principal, action, resource == Thing::"9");'
    await world.call('PUT', '/api/v1/applications/things/policies/nine?wait=effective', { text, expectedVersion: 0 })
    expect(await gone).toBe('gone')
  })

  it('is not reached by a request whose body was still arriving when the change became effective', async () => {
    world.reached.length = 0
    const { host, port } = new URL(world.things)
    const cookie = `__Host-holdfast=${world.sessions[`ada ${world.things}`]}`
    const headers = { host, origin: world.things, cookie, 'content-type': 'application/json', 'content-length': '8' }
    const asking = open({ host: '127.0.0.1', port, method: 'PUT', path: '/things/5', headers })
    asking.write('{"a"')
    const answer = once(asking, 'response') as Promise<[IncomingMessage]>
    const text = 'forbid (principal, action, resource == Thing::"5");'
    await world.call('PUT', '/api/v1/applications/things/policies/five?wait=effective', { text, expectedVersion: 0 })
    asking.end(':12}')
    const [{ statusCode }] = await answer
    expect([statusCode, world.reached.length]).toEqual([403, 0])
  })

  it('is decided as the control plane foresees', async () => {
    const asked: [Who, string, string][] = [
      ['mia', 'GET', '/things/1'],
      ['mia', 'GET', '/things/42'],
      ['mia', 'DELETE', '/things/1'],
      ['ada', 'DELETE', '/things/1'],
      ['mia', 'GET', '/elsewhere'],
      ['mia', 'GET', '/Things/1'],
      ['mia', 'GET', '/things/x'],
      ['mia', 'GET', '/by-query?id=1&id=2'],
      ['mia', 'GET', '/fresh'],
      [null, 'GET', '/things/1'],
      [null, 'GET', '/open/x'],
      [null, 'GET', '/pages/1'],
    ]
    for (const [who, method, path] of asked) {
      const principal = who === null ? {} : { principal: { type: 'Person', id: world.ids[who] } }
      const explained = await world.call('POST', '/api/v1/applications/things/protection/explain', {
        method,
        path,
        ...principal,
      })
      const { status, code } = await thingsAnswer(who, method, path)
      expect([explained['code'], explained['outcome']], `${who} ${method} ${path}`).toEqual([
        status === 200 ? null : code,
        status === 200 ? 'pass' : 'refuse',
      ])
    }
    const { code, out } = await world.server.cli([
      'protection',
      'explain',
      'things',
      'DELETE',
      '/things/1',
      '--as',
      'mia',
    ])
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^refuse \(forbidden\)[^]*route 3: DELETE \/things\/\{id\}, action remove[^]*Thing::"1"/),
    ])
  })

  it('knows nobody of another tenant', async () => {
    const slug = 'elsewhere'
    const made = await world.call('POST', '/api/v1/tenants', {
      slug,
      name: slug,
      admin: { email: 'boss@elsewhere.example', name: 'B' },
    })
    const browser = openBrowser()
    const page = await browser.open((made['invitation'] as { link: string }).link)
    await browser.submit(page, { name: 'Boss', password })
    const cookie = `__Host-holdfast=${browser.cookie(world.server.url, '__Host-holdfast')}`
    const service = await world.call('POST', '/api/v1/services', { name: 'stranger' }, cookie)
    const bearer = { authorization: `Bearer ${service['key'] as string}` }
    expect(await thingsAnswer(null, 'GET', '/things/1', bearer)).toMatchObject({ status: 401, reached: false })
  })

  it('is not reached on a session that has ended', async () => {
    const session = await signInAt(world.things, 'ben@shop.example', password)
    const cookie = { cookie: `__Host-holdfast=${session}` }
    expect((await thingsAnswer(null, 'GET', '/things/1', cookie)).status).toBe(200)
    await world.call('DELETE', `/api/v1/people/${world.ids['ben']}/sessions?wait=effective`)
    expect(await thingsAnswer(null, 'GET', '/things/1', cookie)).toMatchObject({ status: 401, reached: false })
  })
})

describe('an answer whose objects are masked', () => {
  const list =
    '{"total":12345678901234567890.00, "list": [{"id": 1,"name":"a","price":9.90,"secret":"s"}, {"id":42,"name":"b","price":1}]}'
  const get = async (
    who: Who,
    type: string,
    body: string,
    { path = '/masked', method = 'GET', ...more }: Masked = {},
  ) => {
    world.answered = { type, body, ...(more.fields !== undefined && { fields: more.fields }) }
    return world.ask(world.things, who, method, path, more.headers)
  }
  interface Masked {
    readonly path?: string
    readonly method?: string
    readonly headers?: Record<string, string>
    readonly fields?: Record<string, string>
  }

  it('holds what its reader may see, and what stands around it as it was', async () => {
    const { text, headers } = await get('mia', 'application/json', list)
    expect(text).toBe('{"total":12345678901234567890.00, "list": [{"id":1,"name":"a"}, {}]}')
    expect(headers).toMatchObject({ 'content-length': String(text.length), 'cache-control': 'private, no-cache' })
    expect([headers.etag, headers['last-modified'], headers['accept-ranges']]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect((await get('ada', 'application/problem+json; charset=utf-8', list)).text).toContain(
      '{"id":42,"name":"b","price":1}',
    )
  })

  it('is asked for whole, plain and anew', async () => {
    world.reached.length = 0
    const asked = {
      'accept-encoding': 'gzip',
      range: 'bytes=0-9',
      'if-range': '"1"',
      'if-none-match': '"1"',
      'if-modified-since': 'x',
    }
    expect((await get('mia', 'application/json', list, { headers: asked })).status).toBe(200)
    expect(Object.keys(asked).filter((name) => name in (world.reached[0]?.headers ?? {}))).toEqual([])
    const head = await get('mia', 'application/json', list, { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.headers.etag]).toEqual([200, undefined, undefined])
  })

  it.each([
    ['is no JSON', 'text/html', list, {}],
    ['is said to be none', '', list, {}],
    ['is broken', 'application/json', list.slice(1), {}],
    ['names a member twice', 'application/json', '{"list":[{"id":42,"id":1,"name":"a"}]}', {}],
    ['names the list twice', 'application/json', '{"list":[],"list":[{"id":42,"name":"a"}]}', {}],
    ['has nothing there', 'application/json', '{"other":[{"id":42,"name":"a"}]}', {}],
    ['has no objects there', 'application/json', '{"list":["secret"]}', {}],
    ['has objects without an id', 'application/json', '{"list":[{"name":"secret"}]}', {}],
    ['is encoded', 'application/json', list, { 'content-encoding': 'gzip' }],
    ['is in another charset', 'application/json; charset=utf-16', list, {}],
    ['holds a NUL', 'application/json', '{"list":[{"id":1,"name":"\u0000"}]}', {}],
    ['is too long', 'application/json', `{"list":[],"x":"${'secret'.repeat(800_000)}"}`, {}],
  ])('does not leave when it %s', async (_, type, body, fields) => {
    const { status, json, text } = await get('mia', type, body, { fields })
    expect([status, (json as { code: string }).code]).toEqual([502, 'answer_refused'])
    expect(text).not.toContain('secret')
  })

  it('is told of, and left as it is, where the mode is report', async () => {
    expect((await get('mia', 'application/json', list, { path: '/almost' })).text).toBe(list)
    expect((await get('mia', 'text/plain', list, { path: '/almost' })).text).toBe(list)
    const told = async () => {
      const { items } = (await world.call('GET', '/api/v1/events?kind=request.reported&limit=100')) as {
        items: { reason: string }[]
      }
      return items.filter(({ reason }) => reason === 'answer_refused')
    }
    await expect.poll(async () => (await told()).length).toBeGreaterThan(0)
  })

  it('is of nobody who is not there, and of no WebSocket', async () => {
    expect((await get(null, 'application/json', list)).status).toBe(401)
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
    expect((await get('ada', 'application/json', list, { headers: upgrade })).status).toBe(403)
  })
})

it('is a control: routes that name no action, only report, or name one that there is not', async () => {
  const { items } = (await world.call('GET', '/api/v1/controls')) as { items: Record<string, string>[] }
  const own = (id: string) => items.find((control) => control['id'] === id)
  expect(own('protection.routes-decided')).toMatchObject({ status: 'fail' })
  expect(JSON.stringify(own('protection.routes-decided'))).toMatch(/things: \* \/fresh; things: \* \/tried/)
  expect(JSON.stringify(own('protection.route-actions-declared'))).toContain('Not declared: things: unheard.')
})
