import fc from 'fast-check'
import { completeEvent, UnsequencedEvent } from '@holdfast/events'
import { describe, expect, it } from 'vitest'
import {
  ComparedDecisions,
  createBudget,
  createSampler,
  createTally,
  decisionData,
  differenceOf,
  type MadeDecision,
  readDecision,
} from './index.ts'

const stamp = { id: '01907f3e-1111-7111-8111-111111111111', time: new Date('2026-01-02T03:04:05.678Z') }
const ada = { type: 'Person', id: 'ada' }
const made: MadeDecision = {
  via: 'require',
  principal: ada,
  action: 'delete',
  decision: 'allow',
  policies: ['own'],
  errors: [],
  epoch: 7,
  given: [],
}

/** As the log keeps it. */
function logged(decision: MadeDecision) {
  return completeEvent(
    { kind: 'decision.allowed', outcome: 'success', actor: ada, data: decisionData(decision) },
    stamp,
  )
}

/** An LCG: the same bytes in each run. */
function bytesOf(seed: number): (count: number) => Uint8Array {
  let state = seed
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    })
}

const text = fc.oneof(
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('\0', '\ud800', 'x=y z'),
)
const name = fc.constantFrom('title', 'size', 'region', 'open', 'lines')
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    text,
    fc.record({ __entity: fc.record({ type: fc.constantFrom('Person', 'Team'), id: fc.uuid() }) }),
    fc.record({ __extn: fc.record({ fn: fc.constant('decimal'), arg: fc.constantFrom('1.5', '-2.25') }) }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 3 }),
  ),
})).any
const attributes = fc.dictionary(name, value, { maxKeys: 4 })

describe('the record of a decision', () => {
  it('is read back as it was, or says that it is not whole; never as something else', () => {
    fc.assert(
      fc.property(attributes, attributes, (context, attrs) => {
        const given = [{ uid: { type: 'Order', id: '1' }, attrs, parents: [{ type: 'Team', id: 't' }] }]
        const event = logged({ ...made, context, given })
        expect(UnsequencedEvent.safeParse(event).success).toBe(true)
        const read = readDecision(event.data)
        if (!read.ok) return
        expect(plain(read.value.context ?? {})).toEqual(plain(context))
        const [order] = read.value.given
        expect(plain(order?.attrs ?? {})).toEqual(plain(attrs))
        expect(order).toMatchObject({ uid: { type: 'Order', id: '1' }, parents: [{ type: 'Team', id: 't' }] })
      }),
      { numRuns: 300 },
    )
  })

  it('is whole for what applications usually ask', () => {
    const context = { quantity: 3, when: { __extn: { fn: 'datetime', arg: '2026-01-02T00:00:00Z' } }, tags: ['a', 'b'] }
    const attrs = { author: { __entity: ada }, total: 2n ** 60n, address: { city: 'Paris', lines: ['1', '2'] } }
    const read = readDecision(logged({ ...made, context, given: [{ uid: { type: 'Order', id: '1' }, attrs }] }).data)
    expect(read).toMatchObject({
      ok: true,
      value: { context, given: [{ attrs }], epoch: 7, rate: 1, actionType: 'Action' },
    })
    const named = readDecision(logged({ ...made, actionType: 'Shop::Action' }).data)
    expect(named).toMatchObject({ ok: true, value: { action: 'delete', actionType: 'Shop::Action' } })
  })

  it('marks texts as the personal data of the person that they are of', () => {
    const given = [
      {
        uid: { type: 'Order', id: '1' },
        attrs: { buyer: { __entity: { type: 'Person', id: 'eve' } }, note: 'for eve' },
      },
      { uid: { type: 'Order', id: '2' }, attrs: { note: 'of nobody' } },
    ]
    const { personal } = logged({ ...made, context: { reason: 'mine' }, given })
    expect(personal).toEqual([
      { pointer: '/context/reason', subject: 'Person/ada' },
      { pointer: '/given/0/attrs/note', subject: 'Person/eve' },
      { pointer: '/given/1/attrs/note', subject: null },
    ])
  })

  it.each([
    ['a long text', { note: 'x '.repeat(2_000) }],
    ['many texts', Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`note${n}`, 'text']))],
    ['deep nesting', { a: { b: { c: { d: { e: { f: { g: 'text' } } } } } } }],
    ['a name that no log keeps', { 'a b\u0000': 'text' }],
    ['a name that is a secret itself', { AKIAIOSFODNN7EXAMPLE: 'text' }],
    ['much', Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`number${n}`, n]))],
  ])('with %s is not kept in part: it says so', (_, context) => {
    const event = logged({ ...made, context })
    expect(event.data).toMatchObject({ action: 'delete', omitted: ['context'] })
    expect(readDecision(event.data)).toEqual({ ok: false, why: 'truncated' })
  })

  it('keeps no secret, and is not taken again without it', () => {
    const event = logged({ ...made, context: { password: 'hunter2', nested: { apiKey: { is: 'hunter3' } } } })
    expect(JSON.stringify(event)).not.toContain('hunter')
    expect(event.data).toMatchObject({ action: 'delete' })
    expect(readDecision(event.data)).toEqual({ ok: false, why: 'scrubbed' })
  })

  it('is read from anything without throwing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('action', 'decision', 'epoch', 'context', 'given', 'rate', 'policies'),
          fc.anything(),
        ),
        (data) => {
          expect(typeof readDecision(data).ok).toBe('boolean')
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** Integers in one form. */
function plain(given: unknown): unknown {
  if (typeof given === 'bigint') return Number.isSafeInteger(Number(given)) ? Number(given) : `${given}n`
  if (typeof given !== 'object' || given === null) return Object.is(given, -0) ? 0 : given
  if (Array.isArray(given)) return given.map(plain)
  return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, plain(inner)]))
}

describe('the sampler', () => {
  it.each([0.001, 0.01, 0.3, 0.9])('keeps the share %d, in gaps of every length', (rate) => {
    const sampler = createSampler(rate, bytesOf(42))
    const total = 200_000
    let kept = 0
    let adjacent = 0
    let before = false
    for (let n = 0; n < total; n += 1) {
      const taken = sampler.take()
      if (taken) kept += 1
      if (taken && before) adjacent += 1
      before = taken
    }
    const deviation = Math.sqrt(total * rate * (1 - rate))
    expect(Math.abs(kept - total * rate)).toBeLessThan(6 * deviation)
    // Independent: after one that was kept the next is as likely as any.
    expect(Math.abs(adjacent - kept * rate)).toBeLessThan(6 * Math.sqrt(kept * rate * (1 - rate)) + 1)
  })

  it('keeps none and all at the ends', () => {
    expect(createSampler(0, bytesOf(1)).take()).toBe(false)
    expect(createSampler(1, bytesOf(1)).take()).toBe(true)
    expect(createSampler(Number.NaN, bytesOf(1)).take()).toBe(false)
  })
})

it('a budget gives a share of the time, and what was taken too much is owed', () => {
  let now = 0
  const budget = createBudget(0.1, 20, () => now)
  expect(budget.has()).toBe(true)
  budget.spend(50)
  expect(budget.has()).toBe(false)
  now += 200
  expect(budget.has()).toBe(false)
  now += 200
  expect(budget.has()).toBe(true)
  now += 1_000_000
  budget.spend(100)
  expect(budget.has()).toBe(true)
  budget.spend(25)
  expect(budget.has()).toBe(false)
})

describe('a difference', () => {
  const of = (decision: 'allow' | 'deny', reasons: string[] = [], failed: string[] = []) => ({
    decision,
    reasons,
    errors: failed.map((policy) => ({ policy, message: 'x' })),
  })
  it.each([
    [of('deny'), of('allow', ['a']), 'would_allow'],
    [of('allow', ['a']), of('deny'), 'would_deny'],
    [of('allow', ['a', 'b']), of('allow', ['b', 'a']), null],
    [of('allow', ['a']), of('allow', ['b']), 'other_reasons'],
    [of('allow', ['a']), of('allow', ['a'], ['c']), 'would_fail'],
    [of('allow', ['a'], ['c']), of('allow', ['a'], ['c']), null],
  ])('%j, %j: %s', (live, candidate, kind) => {
    expect(differenceOf(live, candidate)).toBe(kind)
  })
})

it('a tally counts everything and is bounded in what it says, as the control plane wants it', () => {
  const tally = createTally('01907f3e-1111-7111-8111-111111111111')
  expect(tally.take()).toBeNull()
  let samples = 0
  for (let n = 0; n < 5_000; n += 1) {
    tally.compared()
    const names = [`policy-${n}`, 'x'.repeat(500), 'third']
    tally.differed({ kind: 'would_deny', action: `action-${n}-${'y'.repeat(500)}`, live: names, candidate: [] }, () => {
      samples += 1
      return '01907f3e-1111-7111-8111-111111111112'
    })
  }
  tally.skipped()
  const report = tally.take()
  expect(ComparedDecisions.parse(report)).toEqual(report)
  expect(report).toMatchObject({ compared: 5_000, skipped: 1 })
  expect(report?.differences.reduce((sum, { count }) => sum + count, 0)).toBe(5_000)
  expect(report?.differences.find(({ action }) => action === '*')?.count).toBe(4_980)
  expect(JSON.stringify(report).length).toBeLessThan(16_000)
  expect(samples).toBe(10)
  expect(tally.take()).toBeNull()
})
