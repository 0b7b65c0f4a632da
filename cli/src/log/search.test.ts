import { afterEach, describe, expect, it } from 'vitest'
import { type Asked, holdfast, scripted, type Scripted, type Surroundings, type Told } from '../testing/run.ts'

const id = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`
const event = (n: number) => ({
  id: id(n),
  seq: n,
  time: '2026-01-02T03:04:05.678Z',
  kind: 'session.started',
  outcome: 'success',
  actor: { type: 'Person', id: 'p1', name: 'Ada \u001b[31m' },
  resource: null,
  application: 'shop',
  reason: null,
  source: { address: null, userAgent: null },
  requestId: null,
  data: {},
})
const hold = {
  id: id(9),
  subject: null,
  since: null,
  until: null,
  reason: 'Case 7',
  placedAt: '2026-01-02T03:04:05Z',
  placedBy: null,
  releasedAt: null,
}

let server: Scripted | undefined
afterEach(async () => server?.close())

async function run(words: readonly string[], answer: (asked: Asked) => Told, more: Surroundings = {}) {
  server = await scripted(answer)
  const ran = await holdfast([...words, '--url', server.url], more)
  const asked = server.asked.map(({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://x')
    return { method, pathname, query: Object.fromEntries(searchParams), body }
  })
  return { ...ran, asked }
}

describe('log search', () => {
  it('asks for words and filters, a page at a time, and shows one event a line', async () => {
    const { code, out, error, asked } = await run(
      [
        'log',
        'search',
        'ada@example.com',
        'two words',
        '--kind',
        'session.*',
        '--address',
        '10.0.0.1',
        '--request',
        'r1',
        '--since',
        '2026-01-31',
        '-n',
        '3',
      ],
      ({ path }) => ({
        body: path.includes('cursor')
          ? { items: [event(1)], next: null, complete: true }
          : { items: [event(3), event(2)], next: id(2), complete: true },
      }),
    )
    expect([code, error]).toEqual([0, ''])
    expect(asked.map(({ query }) => query)).toEqual([
      {
        query: 'ada@example.com "two words"',
        kind: 'session.*',
        address: '10.0.0.1',
        requestId: 'r1',
        since: '2026-01-31T00:00:00.000Z',
        limit: '3',
      },
      expect.objectContaining({ cursor: id(2), limit: '1' }),
    ])
    expect(out.split('\n')).toHaveLength(4)
    expect(out).toContain(`2026-01-02 03:04:05Z  success  session.started [shop]  Ada \\u001b[31m  ${id(3)}`)
  })

  it('says so when not everything could be searched', async () => {
    const { error, asked } = await run(['log', 'search', 'x1'], () => ({
      body: { items: [], next: id(1), complete: false },
    }))
    expect(error).toContain('Not everything')
    expect(asked).toHaveLength(50)
  })

  it('counts by facets, and gives OCSF one a line', async () => {
    const empty = { outcome: [], actor: [], application: [], class: [], counted: 2, since: null, complete: true }
    const counted = await run(['log', 'search', '--facets'], () => ({
      body: { ...empty, kind: [{ value: 'a.b', count: 2 }] },
    }))
    expect(counted.out).toMatch(/kind\s+a\.b\s+2/)
    await server?.close()
    const whole = await run(['log', 'search', '--ocsf', '--json'], () => ({
      body: { items: [{ class_uid: 3002 }, { class_uid: 0 }], next: null, complete: true },
    }))
    expect(whole.out).toBe('{"class_uid":3002}\n{"class_uid":0}\n')
    expect(whole.asked[0]?.query['format']).toBe('ocsf')
  })

  it('keeps searches by name and uses them, one’s own first', async () => {
    const saved = (name: string, yours: boolean) => ({
      id: id(1),
      name,
      filter: { kind: yours ? 'a.b' : 'c.d' },
      shared: true,
      yours,
    })
    const save = (there: readonly object[]) =>
      run(['log', 'search', 'ada', '--outcome', 'refused', '--save', 'Mine', '--shared'], ({ method }) =>
        method === 'GET' ? { body: { items: there, next: null } } : { status: 201, body: saved('Mine', true) },
      )
    const filter = { outcome: 'refused', query: 'ada' }
    const kept = await save([saved('Mine', false)])
    expect(kept.asked[1]).toMatchObject({ method: 'POST', body: { name: 'Mine', filter, shared: true } })
    await server?.close()
    const replaced = await save([saved('Mine', true)])
    expect(replaced.asked[1]).toMatchObject({ method: 'PATCH', body: { filter, shared: true } })
    await server?.close()
    const used = await run(['log', 'search', '--saved', 'Mine', '--outcome', 'success'], ({ path }) =>
      path.includes('searches')
        ? { body: { items: [saved('Mine', false), saved('Mine', true)], next: null } }
        : { body: { items: [], next: null, complete: true } },
    )
    expect(used.asked[1]?.query).toMatchObject({ kind: 'a.b', outcome: 'success' })
    await server?.close()
    const none = await run(['log', 'search', '--saved', 'Other'], () => ({
      body: { items: [saved('Mine', true)], next: null },
    }))
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining('There are: Mine.') })
  })

  it.each([['yesterday'], ['5y'], ['']])('refuses --since %j', async (time) => {
    expect((await holdfast(['log', 'search', '--since', time])).code).toBe(2)
  })
})

describe('log retention, hold and erase', () => {
  it('set, show and reset how long events are kept', async () => {
    const rules = {
      days: 365,
      leastDays: 90,
      mostDays: 3660,
      rules: [{ target: 'kind:session', days: 400, changedAt: '2026-01-02T03:04:05Z' }],
    }
    expect((await run(['log', 'retention'], () => ({ body: rules }))).out).toMatch(
      /kind:session\s+400[^]*\(all others\)\s+365[^]*90 to 3660/,
    )
    await server?.close()
    const set = await run(['log', 'retention', 'set', 'class:3002', '400'], () => ({ body: rules.rules[0] }))
    expect(set.asked).toEqual([
      { method: 'PUT', pathname: '/api/v1/ledger/retention/class%3A3002', query: {}, body: { days: 400 } },
    ])
    await server?.close()
    const reset = await run(['log', 'retention', 'reset', 'kind:session'], () => ({ body: { deleted: true } }))
    expect(reset.asked[0]).toMatchObject({ method: 'DELETE', pathname: '/api/v1/ledger/retention/kind%3Asession' })
  })

  it('place, list and release holds', async () => {
    const placed = await run(
      ['log', 'hold', 'place', '--reason', 'Case 7', '--subject', 'Order/a/b', '--until', '2026-01-31'],
      () => ({ status: 201, body: hold }),
    )
    expect(placed.asked[0]?.body).toEqual({
      reason: 'Case 7',
      subject: { type: 'Order', id: 'a/b' },
      until: '2026-01-31T00:00:00.000Z',
    })
    expect(placed.out).toContain(`Held: everything. Release it with: holdfast log hold release ${hold.id}`)
    await server?.close()
    expect((await run(['log', 'hold'], () => ({ body: { items: [hold], next: null } }))).out).toContain('Case 7')
    await server?.close()
    expect((await run(['log', 'hold', 'release', hold.id], () => ({ body: hold }))).asked[0]?.pathname).toBe(
      `/api/v1/ledger/holds/${hold.id}/release`,
    )
    await server?.close()
    expect((await run(['log', 'hold', 'place', '--reason', 'x', '--subject', 'nobody'], () => ({}))).code).toBe(2)
  })

  it('erase a person only when somebody agrees, and say what remains', async () => {
    const answer = ({ method }: Asked): Told =>
      method === 'DELETE'
        ? { body: { events: 3, keys: 1, remains: ['The events themselves.'] } }
        : { body: { items: [event(1)], next: null } }
    const refused = await run(['log', 'erase', id(5)], answer)
    expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('cannot be undone') })
    expect(refused.asked.some(({ method }) => method === 'DELETE')).toBe(false)
    await server?.close()
    const erased = await run(['log', 'erase', id(5)], answer, { answers: ['y'] })
    expect(erased.out).toBe('Erased from 3 events; 1 key destroyed. What remains:\n- The events themselves.\n')
    expect(erased.asked.at(-1)).toMatchObject({ method: 'DELETE', pathname: `/api/v1/events/subjects/Person/${id(5)}` })
    await server?.close()
    expect((await run(['log', 'erase', 'ada@example.com', '--yes'], answer)).code).toBe(2)
  })
})
