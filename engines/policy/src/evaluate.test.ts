import { describe, expect, it } from 'vitest'
import { createEntities, type EntityJson, evaluate, type Request, toRecord, type ValueJson } from './index.ts'
import { policySet, when } from './testing/policies.ts'

const uid = (type: string, id: string) => ({ type, id })
const entities = createEntities([
  { uid: uid('Person', 'alice'), attrs: { age: 40 }, parents: [uid('Group', 'staff')], tags: { team: 'blue' } },
  { uid: uid('Group', 'staff'), parents: [uid('Group', 'everyone')] },
  {
    uid: uid('Review', 'r1'),
    attrs: { author: { __entity: uid('Person', 'alice') }, stars: 4, words: ['a', 'b'], meta: { lang: 'en' } },
  },
])
const request: Request = {
  principal: uid('Person', 'alice'),
  action: uid('Action', 'delete'),
  resource: uid('Review', 'r1'),
  context: { mfa: true, n: 7 },
}

/** What an expression gives: true, false, or the message of its error. */
function ask(expression: string, context: { readonly [name: string]: ValueJson } = { mfa: true, n: 7 }) {
  const answer = evaluate(policySet({ p: when(expression) }), { ...request, context }, entities)
  return answer.errors[0]?.message ?? answer.decision === 'allow'
}

describe('evaluate', () => {
  it.each([
    ['resource.author == principal', true],
    ['principal in Group::"everyone"', true],
    ['principal in [Group::"none", Group::"staff"]', true],
    ['principal in Group::"none"', false],
    ['Person::"stranger" in Person::"stranger"', true],
    ['principal in []', false],
    ['principal is Person in Group::"staff"', true],
    ['principal is Group in 1', false],
    ['resource.stars * 2 + 1 - -3 == 12', true],
    ['-resource.stars == -4', true],
    ['[1, 2, [3]] == [[3, 3], 2, 1, 1]', true],
    ['{a: 1, b: {c: [1]}} == {b: {c: [1, 1]}, a: 1}', true],
    ['{a: 1} == {a: 1, b: 2}', false],
    ['1 == "1"', false],
    ['1 != "1"', true],
    ['resource.words.containsAll(["a"]) && resource.words.containsAny(["z", "b"])', true],
    ['[].isEmpty() && !resource.words.isEmpty()', true],
    ['[principal, resource].contains(Person::"alice")', true],
    ['resource has meta.lang && !(resource has meta.lang2)', true],
    ['Person::"stranger" has age', false],
    ['context has "mfa" && context["mfa"]', true],
    ['principal.hasTag("team") && principal.getTag("team") == "blue"', true],
    ['"a*b" like "a\\*b" && "axxb" like "a*b" && !("axx" like "a*b")', true],
    ['"aba" like "ab*ba"', false],
    ['"" like "*" && "ab" like "**b"', true],
    ['if context.n > 5 then true else 1', true],
    ['true || 1', true],
    ['false && 1', false],
    ['ip("10.1.2.3").isInRange(ip("10.0.0.0/8")) && ip("::1").isLoopback()', true],
    ['decimal("1.23").lessThan(decimal("1.3"))', true],
    ['datetime("2024-01-01").offset(duration("1d")) == datetime("2024-01-02T00:00:00Z")', true],
  ])('%s is %s', (expression, expected) => {
    expect(ask(expression)).toBe(expected)
  })

  it.each([
    ['principal.name == 1', '`Person::"alice"` has no attribute `name`'],
    ['Person::"stranger".age == 1', 'entity `Person::"stranger"` does not exist'],
    ['context.none == 1', 'the record has no attribute `none`'],
    ['principal.getTag("none") == 1', '`Person::"alice"` has no tag `none`'],
    ['1 + "a" == 2', 'expected a long, got a string'],
    ['true && 1', 'expected a bool, got a long'],
    ['1 || true', 'expected a bool, got a long'],
    ['decimal("1.0") < decimal("2.0")', 'a decimal cannot be compared with a decimal'],
    ['datetime("2024-01-01") < duration("1d")', 'a datetime cannot be compared with a duration'],
    ['principal in [principal, 1]', 'expected an entity, got a long'],
    ['1 in principal', 'expected an entity, got a long'],
    ['1 has a', 'expected a record or an entity, got a long'],
    ['context has mfa.x', 'expected a record or an entity, got a bool'],
    ['[1].contains(1).a == 1', 'expected a record or an entity, got a bool'],
    ['ip("1.2.3") == 1', '`1.2.3` is not an IP address or range'],
    ['ip("1.1.1.1").isInRange()', '`isInRange` takes 2 arguments, got 1'],
  ])('%s fails: %s', (expression, message) => {
    expect(ask(expression)).toBe(message)
  })

  it('computes beyond 2^53 exactly, and fails past 64 bits', () => {
    const max = { n: 9223372036854775807n }
    expect(ask('context.n - 1 + 1 == context.n', max)).toBe(true)
    expect(ask('context.n + 1 == 0', max)).toBe('integer overflow: 9223372036854775807 + 1')
    expect(ask('-(-context.n - 1) == 0', max)).toBe('integer overflow: -(-9223372036854775808)')
    expect(ask('context.n * 2 == 0', { n: 4611686018427387904n })).toContain('integer overflow')
    expect(ask('context.n + 1 == 9007199254740991', { n: 9007199254740990 })).toBe(true)
    expect(ask('9007199254740991 + 1 - 1 == 9007199254740991')).toBe(true)
    expect(ask('context.n > 9007199254740991', { n: 9007199254740992n })).toBe(true)
    expect(ask('0 * -1 == 0 && [0].contains(-0)')).toBe(true)
  })

  it('lets a forbid win, and names the policies in the order of the set', () => {
    const texts = {
      b: when('true'),
      a: 'permit(principal == Person::"alice", action, resource);',
      c: 'permit(principal, action == Action::"delete", resource);',
      d: 'permit(principal, action, resource == Review::"r1");',
      e: when('false'),
    }
    expect(evaluate(policySet(texts), request, entities).reasons).toEqual(['b', 'a', 'c', 'd'])
    const forbidden = policySet({ ...texts, f: 'forbid(principal, action, resource) when { context.mfa };' })
    expect(evaluate(forbidden, request, entities)).toEqual({ decision: 'deny', reasons: ['f'], errors: [] })
  })

  it('denies when nothing permits', () => {
    expect(evaluate(policySet({}), request, entities)).toEqual({ decision: 'deny', reasons: [], errors: [] })
  })

  it('skips a policy that fails, unless it is a forbid that must deny', () => {
    const set = policySet({ p: when('true'), f: 'forbid(principal, action, resource) unless { context.none };' })
    const errors = [{ policy: 'f', message: 'the record has no attribute `none`' }]
    expect(evaluate(set, request, entities)).toEqual({ decision: 'allow', reasons: ['p'], errors })
    expect(evaluate(set, request, entities, { onError: 'deny' })).toEqual({ decision: 'deny', reasons: ['f'], errors })
    const permits = policySet({ p: when('true'), q: when('context.none') })
    expect(evaluate(permits, request, entities, { onError: 'deny' }).decision).toBe('allow')
  })

  it('takes a context that was built before', () => {
    const set = policySet({ p: when('context.n == 7') })
    expect(evaluate(set, { ...request, context: toRecord({ n: 7 }) }, entities).decision).toBe('allow')
    expect(evaluate(set, { ...request, context: undefined }, entities).errors).toHaveLength(1)
  })

  it('treats the names of prototypes as data', () => {
    const list = JSON.parse(
      '[{"uid":{"type":"Review","id":"x"},"attrs":{"__proto__":{"admin":true},"constructor":1},"tags":{"__proto__":"t"}}]',
    ) as EntityJson[]
    const more = entities.with(list)
    const asks = (expression: string) =>
      evaluate(policySet({ p: when(expression) }), { ...request, resource: uid('Review', 'x') }, more)
    expect(asks('resource["__proto__"].admin && resource.constructor == 1').decision).toBe('allow')
    expect(asks('resource.getTag("__proto__") == "t"').decision).toBe('allow')
    for (const name of ['toString', 'hasOwnProperty', '__defineGetter__', 'admin']) {
      expect(asks(`resource has ${name} || context has ${name} || resource.hasTag("${name}")`).decision).toBe('deny')
    }
    expect(asks('{"__proto__": 1} == {"__proto__": 1} && {"__proto__": 1} != {}').decision).toBe('allow')
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  it('refuses a request that is not of its form', () => {
    const set = policySet({ p: when('true') })
    expect(() => evaluate(set, { ...request, principal: { type: 'Person' } as never }, entities)).toThrow('entity uid')
    expect(() => evaluate(set, { ...request, context: { x: 1.5 } }, entities)).toThrow(
      'context.x: 1.5 is not an integer',
    )
    expect(() => evaluate(set, { ...request, context: [] as never }, entities)).toThrow('context: expected an object')
  })
})
