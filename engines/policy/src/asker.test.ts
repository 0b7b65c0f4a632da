import { describe, expect, it } from 'vitest'
import { createAsker, createEntities, evaluate } from './index.ts'
import { policySet } from './testing/policies.ts'

const uid = (type: string, id: string) => ({ type, id })
const texts = {
  staff: 'permit(principal in Group::"staff", action == Action::"view", resource);',
  shelf: 'permit(principal == Person::"alice", action, resource in Shelf::"s");',
  own: 'permit(principal, action in [Action::"edit", Action::"view"], resource is Review) when { resource.owner == principal };',
  banned: 'forbid(principal in Group::"banned", action, resource);',
  frozen: 'forbid(principal, action in Action::"writing", resource) when { context.frozen };',
}
const set = policySet(texts)
const base = createEntities([
  { uid: uid('Person', 'alice'), parents: [uid('Group', 'staff')] },
  { uid: uid('Action', 'view') },
  { uid: uid('Shelf', 's') },
])
const review = (owner: string) => [
  { uid: uid('Review', 'r'), attrs: { owner: { __entity: uid('Person', owner) } }, parents: [uid('Shelf', 's')] },
]
const question = (action: string) => ({
  action: uid('Action', action),
  resource: uid('Review', 'r'),
  context: { frozen: true },
})

describe('an asker', () => {
  it('answers as evaluate does, of what it keeps and of what is laid over it', () => {
    const asker = createAsker(set, uid('Person', 'alice'), base)
    for (const entities of [base, base.with(review('alice')), base.with(review('bob')), base.with([])]) {
      // Twice: when the action is first asked about, and after.
      for (const action of ['view', 'edit', 'view', 'edit', 'none']) {
        const request = { principal: uid('Person', 'alice'), ...question(action) }
        expect(asker.evaluate(question(action), entities)).toEqual(evaluate(set, request, entities))
      }
    }
    expect(asker.evaluate(question('view'), base.with(review('alice'))).reasons).toEqual(['staff', 'shelf', 'own'])
  })

  it('heeds groups that only what is laid over its entities knows', () => {
    const mallory = createAsker(set, uid('Person', 'mallory'), base)
    const banned = base.with([
      { uid: uid('Person', 'mallory'), parents: [uid('Group', 'banned')] },
      ...review('mallory'),
    ])
    expect(mallory.evaluate(question('view'), base.with(review('mallory'))).decision).toBe('allow')
    expect(mallory.evaluate(question('view'), banned).reasons).toEqual(['banned'])
    const alice = createAsker(set, uid('Person', 'alice'), base)
    const writing = base.with([{ uid: uid('Action', 'edit'), parents: [uid('Action', 'writing')] }, ...review('alice')])
    expect(alice.evaluate(question('edit'), base.with(review('alice'))).decision).toBe('allow')
    expect(alice.evaluate(question('edit'), writing).reasons).toEqual(['frozen'])
  })

  it('refuses entities that are not over its own', () => {
    const asker = createAsker(set, uid('Person', 'alice'), base.with([]))
    for (const others of [base, createEntities(review('alice'))]) {
      expect(() => asker.evaluate(question('view'), others)).toThrow('over the entities that it was made for')
    }
  })

  it('keeps what it worked out for a thousand actions, and answers for more', () => {
    const asker = createAsker(set, uid('Person', 'alice'), base)
    for (let at = 0; at < 1100; at++) {
      expect(asker.evaluate(question(`action-${at}`), base.with(review('bob'))).reasons).toEqual(['shelf'])
    }
  })

  it('denies on error when asked to', () => {
    const asker = createAsker(
      policySet({ ...texts, f: 'forbid(principal, action, resource) when { resource.none };' }),
      uid('Person', 'alice'),
      base,
    )
    expect(asker.evaluate(question('view')).decision).toBe('allow')
    expect(asker.evaluate(question('view'), base, { onError: 'deny' })).toMatchObject({
      decision: 'deny',
      reasons: ['f'],
    })
  })
})
