import type { IntrospectRequest, IntrospectResponse } from '@holdfast/bundle'
import { describe, expect, it } from 'vitest'
import { EdgeError } from './api.ts'
import { createIntrospection } from './introspection.ts'
import { createRevocations } from './revocations.ts'

const clock = { time: 1_800_000_000_000, now: () => clock.time, monotonic: () => clock.time, after: () => () => {} }

function setUp(answer: (request: IntrospectRequest) => IntrospectResponse | Promise<IntrospectResponse>) {
  const asked: string[] = []
  const revocations = createRevocations(clock)
  const state = { live: true }
  const introspection = createIntrospection({
    api: {
      introspect: async (request) => {
        asked.push(`${request.application} ${request.credential}`)
        return answer(request)
      },
    },
    revocations,
    clock,
    feedIsLive: () => state.live,
  })
  return { asked, revocations, state, introspection }
}

const active = (changes: object = {}): IntrospectResponse => ({
  active: true,
  principal: { type: 'Person', id: 'p1' },
  session: 's1',
  authTime: null,
  acr: null,
  amr: [],
  expiresAt: clock.time / 1000 + 3600,
  ...changes,
})

describe('introspection', () => {
  it('asks once for many at the same time, and once a minute', async () => {
    const { asked, introspection } = setUp(() => active())
    await Promise.all(Array.from({ length: 50 }, () => introspection.introspect('c', 'shop')))
    expect(asked).toHaveLength(1)
    clock.time += 59_000
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(1)
    clock.time += 1_000
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(2)
  })

  it('says at once what it remembers, for as long as it would not ask, and never past a revocation', async () => {
    const { revocations, introspection, asked } = setUp(() => active())
    expect(introspection.remembered('c', 'shop')).toBeNull()
    const answer = await introspection.introspect('c', 'shop')
    expect(introspection.remembered('c', 'shop')).toBe(answer)
    expect(introspection.remembered('c', 'blog')).toBeNull()
    clock.time += 60_000
    expect(introspection.remembered('c', 'shop')).toBeNull()
    await introspection.introspect('c', 'shop')
    revocations.add('s1')
    expect(introspection.remembered('c', 'shop')).toMatchObject({ active: false, reason: 'session_revoked' })
    introspection.clear()
    expect(introspection.remembered('c', 'shop')).toBeNull()
    expect(asked).toHaveLength(2)
  })

  it('remembers that a session is over, also when it was active before', async () => {
    let answer = active()
    const { asked, introspection } = setUp(() => answer)
    await introspection.introspect('c', 'shop')
    clock.time += 60_000
    answer = { active: false, reason: 'session_expired' }
    for (let i = 0; i < 10; i += 1) expect(await introspection.introspect('c', 'shop')).toMatchObject({ active: false })
    expect(asked).toHaveLength(2)
    clock.time += 3_000
    answer = active()
    expect(await introspection.introspect('c', 'shop')).toMatchObject({ active: true })
  })

  it('does not let a question that was asked before everything was forgotten answer one that came after', async () => {
    const first = Promise.withResolvers<IntrospectResponse>()
    const answers = [first.promise, Promise.resolve<IntrospectResponse>({ active: false, reason: 'key_unknown' })]
    const { asked, introspection } = setUp(() => answers.shift() ?? first.promise)
    const before = introspection.introspect('k', 'shop')
    introspection.clear()
    const after = introspection.introspect('k', 'shop')
    first.resolve(active({ session: null }))
    // Whoever asked before hears the newer answer too: the key may be gone since the older one was given.
    expect(await before).toMatchObject({ active: false })
    expect(await after).toMatchObject({ active: false })
    expect(asked).toHaveLength(2)
    expect(await introspection.introspect('k', 'shop')).toMatchObject({ active: false })
  })

  it('remembers per application', async () => {
    const { asked, introspection } = setUp(({ application }) =>
      application === 'shop' ? active() : { active: false, reason: 'other_application' },
    )
    expect(await introspection.introspect('c', 'shop')).toMatchObject({ active: true })
    expect(await introspection.introspect('c', 'bank')).toMatchObject({ active: false })
    expect(asked).toEqual(['shop c', 'bank c'])
  })

  it('never outlives the session', async () => {
    const expiresAt = clock.time / 1000 + 10
    const { asked, introspection } = setUp(() => active({ expiresAt }))
    expect(await introspection.introspect('c', 'shop')).toMatchObject({ active: true })
    clock.time += 10_000
    expect(await introspection.introspect('c', 'shop')).toEqual({ active: false, reason: 'session_expired' })
    expect(asked).toHaveLength(2)
    const end = setUp(() => active({ expiresAt: clock.time / 1000 }))
    expect(await end.introspection.introspect('c', 'shop')).toEqual({ active: false, reason: 'session_expired' })
  })

  it('forgets a revoked session at once, for every credential of it', async () => {
    const { revocations, introspection } = setUp(() => active())
    await introspection.introspect('a', 'shop')
    await introspection.introspect('b', 'shop')
    revocations.add('s1')
    for (const credential of ['a', 'b', 'new']) {
      expect(await introspection.introspect(credential, 'shop')).toEqual({ active: false, reason: 'session_revoked' })
    }
  })

  it('does not believe an answer that a revocation has overtaken', async () => {
    const { promise, resolve } = Promise.withResolvers<IntrospectResponse>()
    const { revocations, introspection } = setUp(() => promise)
    const answer = introspection.introspect('c', 'shop')
    revocations.add('s1')
    resolve(active())
    expect(await answer).toEqual({ active: false, reason: 'session_revoked' })
    expect(await introspection.introspect('c', 'shop')).toMatchObject({ active: false })
  })

  it('keeps nothing while the feed is dead, nor over a gap in it', async () => {
    const { asked, state, introspection } = setUp(() => active())
    state.live = false
    await introspection.introspect('c', 'shop')
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(2)
    state.live = true
    const answer = introspection.introspect('c', 'shop')
    introspection.clear()
    await answer
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(4)
  })

  it('keeps a service key, which no feed names, for two seconds', async () => {
    const { asked, introspection } = setUp(() => active({ session: null }))
    await introspection.introspect('c', 'shop')
    clock.time += 1_999
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(1)
    clock.time += 1
    await introspection.introspect('c', 'shop')
    expect(asked).toHaveLength(2)
  })

  it('keeps a no for moments, and a fault not at all', async () => {
    const no = setUp(() => ({ active: false, reason: 'unknown' }))
    await no.introspection.introspect('c', 'shop')
    await no.introspection.introspect('c', 'shop')
    expect(no.asked).toHaveLength(1)
    clock.time += 3_000
    await no.introspection.introspect('c', 'shop')
    expect(no.asked).toHaveLength(2)
    const fault = setUp(() => Promise.reject(new EdgeError('unreachable', 'away')))
    await expect(fault.introspection.introspect('c', 'shop')).rejects.toThrow('away')
    await expect(fault.introspection.introspect('c', 'shop')).rejects.toThrow('away')
    expect(fault.asked).toHaveLength(2)
  })

  it('is bounded: a flood of made-up credentials is refused, and does not push out the good', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const state = { slow: false }
    const { asked, introspection } = setUp(async ({ credential }) => {
      if (state.slow) await promise
      return credential === 'good' ? active() : { active: false, reason: 'unknown' }
    })
    await introspection.introspect('good', 'shop')
    for (let i = 0; i < 5_000; i += 1) await introspection.introspect(`bad${i}`, 'shop')
    const before = asked.length
    expect(await introspection.introspect('good', 'shop')).toMatchObject({ active: true })
    expect(asked).toHaveLength(before)
    state.slow = true
    const flood = Array.from({ length: 300 }, (_, i) =>
      introspection.introspect(`more${i}`, 'shop').catch((error: unknown) => error),
    )
    resolve()
    const answers = await Promise.all(flood)
    expect(answers.filter((answer) => answer instanceof EdgeError && answer.code === 'overloaded')).toHaveLength(44)
  })
})
