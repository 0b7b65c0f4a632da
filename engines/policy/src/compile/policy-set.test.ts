import { describe, expect, it } from 'vitest'
import { compile, createEntities, evaluate, type PolicyJson, type PolicySetJson, withLinks } from '../index.ts'
import { policyJson } from '../testing/policies.ts'

const base: PolicyJson = {
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: [],
}
const withBody = (body: unknown): PolicySetJson => ({
  staticPolicies: { p: { ...base, conditions: [{ kind: 'when', body: body as { [operator: string]: unknown } }] } },
})
const literal = { Value: true }

/** The code with which a set is refused. */
function refusal(set: unknown): string {
  return codeOf(() => compile(set as PolicySetJson))
}

function codeOf(load: () => unknown): string {
  try {
    load()
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let body: unknown = literal
  for (let at = 0; at < depth; at++) body = wrap(body)
  return body
}

describe('compile', () => {
  it.each([
    ['operator_unknown', { eval: [{ Value: '1' }] }],
    ['operator_unknown', { unknown: [{ Value: 'x' }] }],
    ['operator_unknown', { constructor: [] }],
    ['operator_unknown', JSON.parse('{"__proto__": []}') as unknown],
    ['integer_out_of_range', { Value: 9007199254740992 }],
    ['integer_out_of_range', { Value: -9007199254740992 }],
    ['integer_out_of_range', { Value: [1, { a: 2 ** 60 }] }],
    ['integer_out_of_range', { Value: 2n ** 63n }],
    ['policy_malformed', { Value: 1.5 }],
    ['policy_malformed', { Value: null }],
    ['policy_malformed', { Value: undefined }],
    ['policy_malformed', { Value: { __expr: '1' } }],
    ['policy_malformed', { Value: { __extn: { fn: 'ip', arg: 'nonsense' } } }],
    ['policy_malformed', { Var: 'subject' }],
    ['policy_malformed', { Slot: '?principal', Var: 'principal' }],
    ['operator_unknown', { Slot: '?principal' }],
    ['policy_malformed', {}],
    ['policy_malformed', null],
    ['policy_malformed', [literal]],
    ['policy_malformed', { '&&': { left: literal } }],
    ['policy_malformed', { '!': null }],
    ['policy_malformed', { '.': { left: { Var: 'principal' }, attr: 1 } }],
    ['policy_malformed', { has: { left: { Var: 'principal' }, attr: [] } }],
    ['policy_malformed', { has: { left: { Var: 'principal' }, attr: ['a', 1] } }],
    ['policy_malformed', { like: { left: { Value: 'a' }, pattern: ['wildcard'] } }],
    ['policy_malformed', { like: { left: { Value: 'a' } } }],
    ['policy_malformed', { Set: { 0: literal } }],
    ['policy_malformed', { ip: { arg: literal } }],
    ['policy_too_deep', nested(600, (arg) => ({ '!': { arg } }))],
    ['policy_too_deep', nested(100_000, (left) => ({ '&&': { left, right: literal } }))],
    ['policy_malformed', { Value: nested(200, (inner) => [inner]) }],
    ['policy_too_large', { Set: Array.from({ length: 60_000 }, () => literal) }],
  ])('refuses with %s', (code, body) => {
    expect(refusal(withBody(body))).toBe(code)
  })

  it.each([
    ['policy_malformed', { ...base, effect: 'allow' }],
    ['policy_malformed', { ...base, principal: undefined }],
    ['operator_unknown', { ...base, principal: { op: 'like' } }],
    ['operator_unknown', { ...base, action: { op: 'is', entity_type: 'A' } }],
    ['policy_malformed', { ...base, principal: { op: '==', entity: { type: 'Person' } } }],
    ['policy_malformed', { ...base, principal: { op: '==', entity: { type: 'a b', id: '' } } }],
    ['policy_malformed', { ...base, principal: { op: 'is', entity_type: '1' } }],
    ['policy_malformed', { ...base, action: { op: 'in', entities: {} } }],
    ['template_link_invalid', { ...base, principal: { op: '==', slot: '?principal' } }],
    ['policy_malformed', { ...base, principal: { op: '==', slot: '?resource' } }],
    ['policy_malformed', { ...base, conditions: [{ kind: 'where', body: literal }] }],
    ['policy_malformed', { ...base, conditions: literal }],
    ['policy_malformed', { ...base, annotations: { id: 1 } }],
    ['policy_malformed', 'permit(principal, action, resource);'],
  ])('refuses a policy with %s', (code, policy) => {
    expect(refusal({ staticPolicies: { p: policy } })).toBe(code)
  })

  it('says where', () => {
    expect(() => compile({ staticPolicies: { bad: { ...base, effect: 'x' as 'permit' } } })).toThrow(
      'staticPolicies.bad: ',
    )
  })

  it('takes integers past 2^53 as BigInt', () => {
    const set = compile(withBody({ '==': { left: { Value: 2n ** 63n - 1n }, right: { Value: 9223372036854775807n } } }))
    const uid = { type: 'T', id: '' }
    expect(evaluate(set, { principal: uid, action: uid, resource: uid }, createEntities([])).decision).toBe('allow')
  })

  it('keeps annotations, and is frozen', () => {
    const set = compile({ staticPolicies: { p: policyJson('@owner("x") @beta permit(principal, action, resource);') } })
    expect([...(set.get('p')?.annotations ?? [])]).toEqual([
      ['beta', null],
      ['owner', 'x'],
    ])
    for (const part of [set, set.policies, set.policies[0]]) expect(Object.isFrozen(part)).toBe(true)
    expect(() => (set.policies as unknown[]).push(1)).toThrow('not extensible')
  })

  it('knows a policy of the name __proto__', () => {
    const json = JSON.parse(`{"staticPolicies": {"__proto__": ${JSON.stringify(base)}}}`) as PolicySetJson
    expect(compile(json).policies.map(({ id }) => id)).toEqual(['__proto__'])
  })
})

describe('templates', () => {
  const template: PolicyJson = {
    ...base,
    principal: { op: 'in', slot: '?principal' },
    resource: { op: 'is', entity_type: 'Review', in: { slot: '?resource' } },
  }
  const values = { '?principal': { type: 'Group', id: 'g' }, '?resource': { type: 'Shelf', id: 's' } }
  const link = { templateId: 't', newId: 'l', values }
  const sets = (part: Partial<PolicySetJson>) => ({ templates: { t: template }, ...part })

  it('links them: each link is a policy, a template is none', () => {
    const set = compile(sets({ templateLinks: [link] }))
    expect(set.policies.map(({ id, template: of }) => [id, of])).toEqual([['l', 't']])
    const request = {
      principal: { type: 'Person', id: 'a' },
      action: { type: 'Action', id: 'x' },
      resource: { type: 'Review', id: 'r' },
    }
    const entities = createEntities([
      { uid: request.principal, parents: [{ type: 'Group', id: 'g' }] },
      { uid: request.resource, parents: [{ type: 'Shelf', id: 's' }] },
    ])
    expect(evaluate(set, request, entities).reasons).toEqual(['l'])
    expect(evaluate(set, request, createEntities([])).decision).toBe('deny')
  })

  it.each([
    ['no such template', { templateLinks: [{ ...link, templateId: 'none' }] }, 'template_link_invalid'],
    [
      'no template of the prototype',
      { templateLinks: [{ ...link, templateId: 'constructor' }] },
      'template_link_invalid',
    ],
    [
      'a slot not filled',
      { templateLinks: [{ ...link, values: { '?principal': values['?principal'] } }] },
      'template_link_invalid',
    ],
    [
      'a slot too many',
      { templateLinks: [{ ...link, values: { ...values, '?action': values['?principal'] } }] },
      'template_link_invalid',
    ],
    ['two of one id', { templateLinks: [link, link] }, 'policy_duplicate'],
    ['the id of a policy', { staticPolicies: { l: base }, templateLinks: [link] }, 'policy_duplicate'],
    [
      'a value that is no uid',
      { templateLinks: [{ ...link, values: { ...values, '?principal': 'g' } }] },
      'template_link_invalid',
    ],
    ['links that are no list', { templateLinks: {} }, 'policy_malformed'],
    ['a link of the id of a template', { templateLinks: [{ ...link, newId: 't' }] }, 'policy_duplicate'],
    ['a policy of the id of a template', { staticPolicies: { t: base } }, 'policy_duplicate'],
    ['a template without slots', { templates: { t: base } }, 'policy_malformed'],
    ['a faulty template without links', { templates: { t: { ...template, effect: 'x' } } }, 'policy_malformed'],
  ])('refuses %s', (_what, part, code) => {
    expect(refusal(sets(part as Partial<PolicySetJson>))).toBe(code)
  })

  it('lays links over a set: their policies come last, and the set stays as it was', () => {
    const set = compile(sets({ staticPolicies: { s: base }, templateLinks: [link] }))
    expect(withLinks(set, [])).toBe(set)
    const over = withLinks(set, [{ ...link, newId: 'm' }])
    const both = withLinks(over, [{ ...link, newId: 'n' }])
    expect(both.policies.map(({ id }) => id)).toEqual(['s', 'l', 'm', 'n'])
    expect([set.size, over.size, both.size]).toEqual([2, 3, 4])
    // Those of the set are the same objects: who keeps something by policy keeps it.
    expect(both.policies[0]).toBe(set.policies[0])
    expect(both.get('m')?.template).toBe('t')
    expect(set.get('m')).toBeUndefined()
    expect(set.policies).toHaveLength(2)
    expect(both.templates).toBe(set.templates)
    const request = {
      principal: { type: 'Group', id: 'g' },
      action: { type: 'Action', id: 'x' },
      resource: { type: 'Review', id: 'r' },
    }
    const entities = createEntities([{ uid: request.resource, parents: [{ type: 'Shelf', id: 's' }] }])
    expect(evaluate(both, request, entities).reasons).toEqual(['s', 'l', 'm', 'n'])
  })

  it.each([
    ['the id of a policy below', [{ ...link, newId: 's' }], 'policy_duplicate'],
    ['the id of a link below', [link], 'policy_duplicate'],
    ['the id of a template', [{ ...link, newId: 't' }], 'policy_duplicate'],
    [
      'two of one id',
      [
        { ...link, newId: 'm' },
        { ...link, newId: 'm' },
      ],
      'policy_duplicate',
    ],
    ['no such template', [{ ...link, newId: 'm', templateId: 's' }], 'template_link_invalid'],
    ['a slot not filled', [{ ...link, newId: 'm', values: {} }], 'template_link_invalid'],
  ])('refuses to lay over: %s', (_what, links, code) => {
    const set = compile(sets({ staticPolicies: { s: base }, templateLinks: [link] }))
    expect(codeOf(() => withLinks(set, links))).toBe(code)
  })
})
