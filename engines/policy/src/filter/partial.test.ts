import { describe, expect, it } from 'vitest'
import { policySet } from '../testing/policies.ts'
import { difference, FilterError, isAlways, partial, toSql } from './index.ts'
import { entities, mapping, permit, residual, schema, sqlOf } from './testing/shelf.ts'

const always = (expression: string) => isAlways(residual(permit(expression)))

describe('what is known is decided at once', () => {
  it('by principal, action and context alone', () => {
    expect(always('principal in Group::"staff" && context.n == 5')).toBe(true)
    expect(always('principal.level > 3')).toBe(false)
    expect(always('action in Action::"any"')).toBe(true)
  })

  it('by the scope', () => {
    const of = (text: string) => isAlways(residual(text))
    expect(of('permit(principal == Person::"ann", action == Action::"read", resource is Book);')).toBe(true)
    expect(of('permit(principal == Person::"bob", action, resource);')).toBe(false)
    expect(of('permit(principal in Group::"staff", action in [Action::"any"], resource);')).toBe(true)
    expect(of('permit(principal, action == Action::"write", resource);')).toBe(false)
    expect(of('permit(principal, action, resource is Folder);')).toBe(false)
  })

  it('by types: what is of another type is never equal', () => {
    expect(always('resource.owner == Group::"ann"')).toBe(false)
    expect(always('resource.readers.contains(resource.owner) || true')).toBe(true)
    expect(always('[Group::"ann", Folder::"f"].contains(resource.owner)')).toBe(false)
    expect(always('resource is Book && resource.owner is Person')).toBe(true)
    expect(always('resource has title && !(resource has nothing)')).toBe(true)
  })

  it('and nothing behind it is looked at, not even what has no form in SQL', () => {
    expect(always('true || ip(resource.title).isIpv4()')).toBe(true)
    expect(always('false && {a: resource.title} == {a: "x"}')).toBe(false)
  })
})

describe('permits and forbids', () => {
  it('a forbid that holds for all rows ends it, one that holds for some is excluded', () => {
    const own = permit('resource.owner == principal')
    expect(isAlways(residual({ own, none: 'forbid(principal, action, resource);' }))).toBe(false)
    const locked = 'forbid(principal, action, resource) when { resource.locked };'
    const { sql } = toSql(residual({ own, locked }), mapping, { alias: 'b' })
    expect(sql).toBe('(("b"."owner_id" = $1::text AND NOT ("b"."locked")))')
  })

  it('a permit that fails permits nothing; a forbid that fails forbids', () => {
    expect(always('principal.missing == 1 || true')).toBe(false)
    const fails = 'forbid(principal, action, resource) when { context.missing };'
    expect(isAlways(residual({ all: 'permit(principal, action, resource);', fails }))).toBe(false)
    expect(isAlways(residual(permit('9007199254740991 * 9007199254740991 == 1 || true')))).toBe(false)
  })

  it('a difference holds where now does and before did not', () => {
    const [old, now] = [residual(permit('resource.pages > 3')), residual(permit('resource.owner == principal'))]
    expect(toSql(difference(old, now), mapping, { alias: 'b' }).sql).toBe(
      '(("b"."owner_id" = $1::text AND "b"."pages" <= $2::bigint))',
    )
    expect(isAlways(difference(now, residual(permit('false'))))).toBe(false)
  })
})

it('finds in a large set, asked often, what it finds when asked first', () => {
  const scopes = [
    'principal == Person::"ann"',
    'principal in Group::"staff"',
    'principal is Person',
    'principal == Person::"bob"',
  ]
  const actions = ['action', 'action == Action::"read"', 'action in [Action::"any"]', 'action == Action::"write"']
  const texts = Array.from({ length: 320 }, (_, at): [string, string] => [
    `policy${at}`,
    `${at % 7 === 0 ? 'forbid' : 'permit'}(${scopes[at % 4]}, ${actions[(at >> 2) % 4]}, resource) when { resource.pages ${at % 7 === 0 ? '>' : '=='} ${at} };`,
  ])
  const set = policySet(Object.fromEntries(texts))
  const request = { principal: { type: 'Person', id: 'ann' }, action: { type: 'Action', id: 'read' } }
  const ask = () => {
    const left = partial(set, { ...request, resourceType: 'Book' }, entities, schema, { validated: true })
    return toSql(left, mapping, { alias: 'b' })
  }
  const first = ask()
  expect(first.parameters.length).toBeGreaterThan(50)
  for (let times = 0; times < 4; times++) expect(ask()).toEqual(first)
})

describe('what cannot be said is refused', () => {
  const refusal = (make: () => unknown): FilterError => {
    try {
      make()
    } catch (error) {
      if (error instanceof FilterError) return error
    }
    throw new Error('not refused')
  }

  it('policies that are not validated', () => {
    const set = policySet({ all: 'permit(principal, action, resource);' })
    const request = { principal: { type: 'Person', id: 'ann' }, action: { type: 'Action', id: 'read' } }
    const ask = (validated: boolean, resourceType = 'Book') =>
      partial(set, { ...request, resourceType }, entities, schema, { validated })
    expect(refusal(() => ask(false)).code).toBe('filter_unvalidated')
    expect(refusal(() => ask(true, 'Nothing')).code).toBe('filter_unsupported')
    expect(isAlways(ask(true))).toBe(true)
  })

  it('an expression without a form in SQL, named with its policy', () => {
    const error = refusal(() => residual({ mine: permit('ip(resource.title).isIpv4()') }))
    expect(error).toMatchObject({ code: 'filter_unsupported', policy: 'mine', expression: 'ip(resource.title)' })
    expect(error.message).toContain('policy `mine`, `ip(resource.title)`')
    expect(refusal(() => residual(permit('resource.owner in resource.readers'))).code).toBe('filter_unsupported')
    expect(refusal(() => residual(permit('{a: resource.title} == {a: "x"}'))).code).toBe('filter_unsupported')
    expect(refusal(() => residual(permit('resource.hasTag(resource.title)'))).code).toBe('filter_unsupported')
    expect(refusal(() => sqlOf('resource.owner.level > 1')).message).toContain('entity')
  })

  it('a record that is asked for a member called like an operand is no constant', () => {
    expect(refusal(() => residual(permit('{attr: resource.title} == {attr: ""}'))).code).toBe('filter_unsupported')
    expect(refusal(() => residual(permit('{pattern: resource.title} == {pattern: ""}'))).code).toBe(
      'filter_unsupported',
    )
  })

  it('an expression with more cases than anybody can look at', () => {
    const choices = Array.from({ length: 24 }, (_, at) => `if resource.pages > ${at} then ${at} else -1`)
    const [set, sum] = [`[${choices.join(', ')}].contains(context.n)`, choices.map((one) => `(${one})`).join(' + ')]
    expect(refusal(() => residual(permit(set))).code).toBe('filter_too_large')
    expect(refusal(() => residual(permit(`${sum} > 3`))).code).toBe('filter_too_large')
  })

  it('a condition that doubles with each level', () => {
    let condition = 'resource.locked'
    for (let at = 0; at < 16; at++)
      condition = `(if ${condition} then resource.pages > ${at} else resource.title == "${at}")`
    expect(refusal(() => residual(permit(condition))).code).toBe('filter_too_large')
  })
})
