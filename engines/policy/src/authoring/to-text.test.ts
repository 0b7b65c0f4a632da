import { describe, expect, it } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import { parseSchema } from './parse-schema.ts'
import { splitPolicies } from './scan.ts'
import { policyText, schemaText } from './to-text.ts'

const policies = [
  'permit(principal == User::"a", action in [Action::"x", Action::"y"], resource is Doc in Folder::"f") when { resource.owner == principal };',
  '@id("t") forbid(principal == ?principal, action, resource in ?resource) unless { context.mfa };',
]

describe('text of what is in JSON', () => {
  it.each(policies)('of a policy or template: %s', (text) => {
    const parsed = parsePolicy('p', text)
    if (!parsed.ok) throw new Error('must parse')
    const written = policyText(parsed.policy)
    if (!written.ok) throw new Error(written.problem)
    expect(parsePolicy('p', written.text)).toMatchObject({ ok: true, policy: parsed.policy, kind: parsed.kind })
  })

  it('of a schema', () => {
    const parsed = parseSchema(
      'namespace N { entity User; action view appliesTo { principal: User, resource: User }; }',
    )
    if (!parsed.ok) throw new Error('must parse')
    const written = schemaText(parsed.schema)
    if (!written.ok) throw new Error(written.problem)
    expect(parseSchema(written.text)).toEqual(parsed)
  })

  it.each([null, {}, [], 'x', { effect: 'permit' }])('says that %j is none', (json) => {
    expect(policyText(json).ok).toBe(false)
  })

  it('says that something else is no schema', () => {
    expect(schemaText({ '': { entityTypes: 1 } }).ok).toBe(false)
  })
})

it('takes one text of several policies apart', () => {
  const [first, second] = policies
  expect(splitPolicies(['// a; b', first, '', '// c', `${second}  `].join('\n'))).toEqual([first, second])
  expect(splitPolicies(' // nothing')).toEqual([])
})
