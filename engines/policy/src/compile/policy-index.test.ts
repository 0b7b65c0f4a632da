import { describe, expect, it } from 'vitest'
import { toRun } from '../evaluate.ts'
import { compile, createEntities, evaluate, type PolicyJson, type Request } from '../index.ts'
import type { Candidate } from './candidate.ts'
import type { PolicySet } from './policy-set.ts'

const uid = (type: string, id: string) => ({ type, id })
const all = { op: 'All' } as const
const base: PolicyJson = { effect: 'permit', principal: all, action: all, resource: all, conditions: [] }
const within = (type: string, id: string | number) => ({ op: 'in', entity: uid(type, `${id}`) }) as const

/** A set of so many policies, and as much of each as the scope says. */
function setOf(count: number, scope: (at: number) => Partial<PolicyJson>): PolicySet {
  const policies = Array.from({ length: count }, (_, at) => [`p${at}`, { ...base, ...scope(at) }] as const)
  return compile({ staticPolicies: Object.fromEntries(policies) })
}

const entities = createEntities([
  { uid: uid('Person', 'ann'), parents: [uid('Group', '7')] },
  { uid: uid('Group', '7'), parents: [uid('Group', 'company')] },
  { uid: uid('Folder', '7'), parents: [uid('Folder', 'root')] },
  { uid: uid('Doc', 'd'), parents: [uid('Folder', '7')] },
  { uid: uid('Action', 'view'), parents: [uid('Action', 'reading')] },
])
const request: Request = { principal: uid('Person', 'ann'), action: uid('Action', 'view'), resource: uid('Doc', 'd') }

/** How many policies a request meets. */
function met(set: PolicySet, asked: Request = request): number {
  let count = 0
  const visit = (first: Candidate) => {
    for (let each: Candidate | null = first; each !== null; each = each.next) count++
  }
  set.candidates(toRun(asked, entities), { visit })
  return count
}

describe('the index of a set', () => {
  it.each<[string, (at: number) => Partial<PolicyJson>]>([
    ['groups', (at) => ({ principal: within('Group', at) })],
    ['folders', (at) => ({ resource: within('Folder', at) })],
    ['groups, all in one folder', (at) => ({ principal: within('Group', at), resource: within('Folder', 'root') })],
    ['folders, all for one group', (at) => ({ principal: within('Group', 'company'), resource: within('Folder', at) })],
    [
      'groups and folders',
      (at) => ({ principal: within('Group', at % 50), resource: within('Folder', Math.floor(at / 50)) }),
    ],
    [
      'groups and types',
      (at) => ({ principal: { op: 'is', entity_type: 'Person', in: { entity: uid('Group', `${at}`) } } }),
    ],
    ['principals', (at) => ({ principal: { op: '==', entity: uid('Person', at === 7 ? 'ann' : `${at}`) } })],
    ['resources', (at) => ({ resource: { op: '==', entity: uid('Doc', at === 7 ? 'd' : `${at}`) } })],
    ['actions', (at) => ({ action: { op: '==', entity: uid('Action', at === 7 ? 'view' : `${at}`) } })],
    ['groups of actions', (at) => ({ action: within('Action', at === 7 ? 'reading' : at) })],
    [
      'lists of actions',
      (at) => ({
        action: { op: 'in', entities: [uid('Action', `${at}`), uid('Action', at === 7 ? 'view' : `${at}b`)] },
      }),
    ],
    ['types of resources', (at) => ({ resource: { op: 'is', entity_type: at === 7 ? 'Doc' : `Type${at}` } })],
    ['no actions at all, but for one', (at) => ({ action: at === 7 ? all : { op: 'in', entities: [] } })],
  ])('offers of 2500 policies for %s no more than a few', (_what, scope) => {
    const set = setOf(2500, scope)
    expect(met(set)).toBeLessThanOrEqual(4)
    expect(
      met(set, {
        ...request,
        principal: uid('Person', 'nobody'),
        action: uid('Action', 'none'),
        resource: uid('Doc', 'none'),
      }),
    ).toBeLessThanOrEqual(4)
  })

  it.each<[string, (at: number) => Partial<PolicyJson>, number[]]>([
    ['itself', (at) => ({ principal: within('Person', at === 3 ? 'ann' : at) }), [3]],
    ['a parent', (at) => ({ principal: within('Group', at) }), [7]],
    ['an ancestor', (at) => ({ resource: within('Folder', at === 9 ? 'root' : at + 100) }), [9]],
    ['only itself', (at) => ({ resource: { op: '==', entity: uid('Folder', `${at}`) } }), []],
    [
      'one of a list',
      (at) => ({ action: { op: 'in', entities: [uid('Action', `${at}`), uid('Action', at === 4 ? 'reading' : 'x')] } }),
      [4],
    ],
    // Met twice: it is said once.
    [
      'two of a list',
      (at) => ({
        action: { op: 'in', entities: [uid('Action', at === 5 ? 'view' : `${at}`), uid('Action', 'reading')] },
      }),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
    [
      'a type in',
      (at) => ({
        resource: { op: 'is', entity_type: at % 2 === 0 ? 'Folder' : 'Doc', in: { entity: uid('Folder', '7') } },
      }),
      [1, 3, 5, 7, 9, 11],
    ],
    // Of the same id, and of another type.
    [
      'a type',
      (at) => ({ principal: { op: 'in', entity: uid(`Type${at}`, '7') }, resource: within('Folder', '7') }),
      [],
    ],
  ])('finds %s', (_what, scope, found) => {
    expect(evaluate(setOf(12, scope), request, entities).reasons).toEqual(found.map((at) => `p${at}`))
  })

  it('counts a policy that fails and is met twice once', () => {
    const conditions = [{ kind: 'when', body: { '.': { left: { Var: 'context' }, attr: 'none' } } }] as const
    const both = { op: 'in', entities: [uid('Action', 'view'), uid('Action', 'reading')] } as const
    const set = setOf(12, () => ({ effect: 'forbid', action: both, conditions }))
    const { reasons, errors } = evaluate(set, request, entities, { onError: 'deny' })
    expect(errors.map(({ policy }) => policy)).toEqual(Array.from({ length: 12 }, (_, at) => `p${at}`))
    expect(reasons).toEqual(errors.map(({ policy }) => policy))
  })

  it('does not put a policy under each of very many actions, and finds it', () => {
    const list = Array.from({ length: 400 }, (_, at) => uid('Action', at === 399 ? 'view' : `${at}`))
    const set = setOf(500, (at) => ({ principal: within('Group', at), action: { op: 'in', entities: list } }))
    expect(met(set)).toBe(1)
    expect(evaluate(set, request, entities).reasons).toEqual(['p7'])
    const others = setOf(500, () => ({ action: { op: 'in', entities: list } }))
    expect(evaluate(others, request, entities).reasons).toHaveLength(500)
    expect(evaluate(others, { ...request, action: uid('Action', 'none') }, entities).decision).toBe('deny')
  })

  it('finds whoever has more ancestors than the set names', () => {
    const groups = Array.from({ length: 500 }, (_, at) => uid('Group', `${at}`))
    const many = createEntities([{ uid: uid('Person', 'ann'), parents: groups }])
    const set = setOf(20, (at) => ({ principal: within('Group', at * 50) }))
    expect(evaluate(set, request, many).reasons).toEqual(Array.from({ length: 10 }, (_, at) => `p${at}`))
  })
})
