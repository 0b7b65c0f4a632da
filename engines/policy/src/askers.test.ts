import { describe, expect, it } from 'vitest'
import { createAskers, createEntities, evaluate, type PolicySet } from './index.ts'
import { policySet } from './testing/policies.ts'

const uid = (type: string, id: string) => ({ type, id })
const person = (id: string) => uid('Person', id)
const base = createEntities([
  { uid: person('ada'), parents: [uid('Group', 'staff')] },
  { uid: person('ben') },
  { uid: uid('Review', 'known'), attrs: { owner: { __entity: person('ben') } } },
])
const set = policySet({
  staff: 'permit(principal in Group::"staff", action == Action::"view", resource);',
  own: 'permit(principal, action, resource) when { resource.owner == principal };',
  frozen: 'forbid(principal, action == Action::"edit", resource) when { context.frozen };',
})
const laid = base.with([{ uid: uid('Review', 'laid'), attrs: { owner: { __entity: person('ada') } } }])
const options = { onError: 'deny' } as const

/** Asks often enough that everything is prepared, and once more than that. */
function expectSame(
  policies: PolicySet,
  questions: readonly { principal: string; action: string; resource: string }[],
) {
  const askers = createAskers(policies, base)
  for (let round = 0; round < 110; round++) {
    for (const { principal, action, resource } of questions) {
      const request = {
        principal: person(principal),
        action: uid('Action', action),
        resource: uid('Review', resource),
        context: round % 2 === 0 ? { frozen: false } : {},
      }
      const entities = resource === 'laid' ? laid : base
      const asked = askers.of(request.principal).evaluate(request, entities, options)
      expect(asked).toEqual(evaluate(policies, request, entities, options))
    }
  }
}

const everything = ['ada', 'ben', 'nobody'].flatMap((principal) =>
  ['view', 'edit', 'none'].flatMap((action) =>
    ['known', 'laid', 'unknown'].map((resource) => ({ principal, action, resource })),
  ),
)

describe('askers', () => {
  it('answer as evaluate does, the first time and the hundredth: decision, reasons, and what failed', () => {
    expectSame(set, everything)
  })

  it('answer as evaluate does where a principal has more policies than are prepared', () => {
    const texts = Array.from({ length: 200 }, (_, at): [string, string] => [
      `p${at}`,
      `permit(principal in Group::"staff", action, resource == Review::"${at % 2 === 0 ? 'known' : `r${at}`}");`,
    ])
    expectSame(policySet(Object.fromEntries(texts)), everything)
  })

  it('keep who asks often, and of others a bounded number', () => {
    const askers = createAskers(set, base)
    const [often, once] = [askers.of(person('ada')), askers.of(person('ben'))]
    for (let at = 0; at < 2000; at++) {
      askers.of(person(`attacker-${at}`))
      expect(askers.of(person('ada'))).toBe(often)
    }
    expect(askers.of(person('ben'))).not.toBe(once)
  })

  it('are no way to memory for whoever chooses the actions', () => {
    const askers = createAskers(set, base)
    const first = askers.of(person('ada'))
    const ask = (id: string, action: string) => {
      const request = { principal: person(id), action: uid('Action', action), resource: uid('Review', 'known') }
      return askers.of(request.principal).evaluate(request)
    }
    for (let principal = 0; principal < 110; principal++) {
      for (let action = 0; action < 1000; action++) ask(`p${principal}`, `action-${action}`)
      askers.of(person('ada'))
    }
    expect(askers.of(person('ada'))).not.toBe(first)
    expect(ask('ben', 'any').reasons).toEqual(['own'])
  })

  it('tell a person from a service of the same id', () => {
    const policies = policySet({ people: 'permit(principal is Person, action, resource);' })
    const askers = createAskers(policies, createEntities([{ uid: person('x') }, { uid: uid('Service', 'x') }]))
    const question = { action: uid('Action', 'view'), resource: uid('Review', 'known') }
    for (let round = 0; round < 110; round++) {
      expect(askers.of(person('x')).evaluate(question).decision).toBe('allow')
      expect(askers.of(uid('Service', 'x')).evaluate(question).decision).toBe('deny')
    }
  })
})
