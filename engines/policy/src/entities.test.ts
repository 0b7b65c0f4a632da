import { describe, expect, it } from 'vitest'
import { createEntities, createEntitiesInTurns, type EntityJson, PolicyError, SetValue } from './index.ts'

const uid = (type: string, id: string) => ({ type, id })
const group = (id: string, ...parents: string[]): EntityJson => ({
  uid: uid('Group', id),
  parents: parents.map((each) => uid('Group', each)),
})

function refusal(create: () => unknown): string {
  try {
    create()
    return 'accepted'
  } catch (error) {
    return error instanceof PolicyError ? error.code : String(error)
  }
}

describe('createEntitiesInTurns', () => {
  it('makes the same entities, with pauses, and refuses the same', async () => {
    const list = Array.from({ length: 5_000 }, (_, n) => group(`g${n}`, `g${n + 1}`))
    let turns = 0
    const turn = async () => void (turns += 1)
    const entities = await createEntitiesInTurns(list, turn)
    expect(entities.size).toBe(5_000)
    expect(entities.isIn(uid('Group', 'g4000'), uid('Group', 'g5000'))).toBe(true)
    expect(turns).toBe(2)
    const refused = (more: EntityJson) =>
      createEntitiesInTurns([...list, more], turn).catch((error: unknown) => (error as PolicyError).code)
    expect(await refused(group('g0'))).toBe('entity_duplicate')
    expect(await refused(group('g5000', 'g0'))).toBe('entity_cycle')
  })
})

describe('createEntities', () => {
  it('knows ancestors however far, also those that are no entities themselves', () => {
    const entities = createEntities([group('a', 'b'), group('b', 'c', 'd'), group('d', 'elsewhere')])
    for (const ancestor of ['a', 'b', 'c', 'd', 'elsewhere']) {
      expect(entities.isIn(uid('Group', 'a'), uid('Group', ancestor))).toBe(true)
    }
    expect(entities.isIn(uid('Group', 'b'), uid('Group', 'a'))).toBe(false)
    expect(entities.isIn(uid('Group', 'a'), uid('Other', 'b'))).toBe(false)
    expect(entities.size).toBe(3)
    expect(entities.get(uid('Group', 'c'))).toBeUndefined()
  })

  it('takes both forms of a uid', () => {
    const entities = createEntities([{ uid: { __entity: uid('A', '1') }, parents: [{ __entity: uid('B', '2') }] }])
    expect(entities.isIn(uid('A', '1'), uid('B', '2'))).toBe(true)
  })

  it.each([
    ['entity_cycle', [group('a', 'a')]],
    ['entity_cycle', [group('a', 'b'), group('b', 'c'), group('c', 'a')]],
    ['entity_cycle', [group('start', 'a'), group('a', 'b'), group('b', 'a')]],
    ['entity_duplicate', [group('a'), group('a')]],
    ['entity_malformed', [{}]],
    ['entity_malformed', [null]],
    ['entity_malformed', {}],
    ['entity_malformed', [{ uid: { type: 'Group' } }]],
    ['entity_malformed', [{ uid: uid('not a type', 'x') }]],
    ['entity_malformed', [{ uid: uid('A', 'x'), parents: {} }]],
    ['entity_malformed', [{ uid: uid('A', 'x'), parents: ['Group::"a"'] }]],
    ['entity_malformed', [{ uid: uid('A', 'x'), attrs: [] }]],
    ['entity_malformed', [{ uid: uid('A', 'x'), tags: 'x' }]],
    ['value_malformed', [{ uid: uid('A', 'x'), attrs: { a: null } }]],
    ['value_malformed', [{ uid: uid('A', 'x'), tags: { a: 0.5 } }]],
    ['value_malformed', [{ uid: uid('A', 'x'), attrs: { a: { __extn: { fn: 'constructor', arg: '' } } } }]],
    ['value_malformed', [{ uid: uid('A', 'x'), attrs: { a: { __entity: uid('A', 'x'), more: 1 } } }]],
    ['value_malformed', [{ uid: uid('A', 'x'), attrs: { a: { __extn: { fn: 'decimal', arg: '1.00000' } } } }]],
    ['integer_out_of_range', [{ uid: uid('A', 'x'), attrs: { a: 2 ** 53 } }]],
  ])('refuses with %s: %j', (code, list) => {
    expect(refusal(() => createEntities(list as EntityJson[]))).toBe(code)
  })

  it('refuses a value nested without end, and takes a hierarchy as long as it is', () => {
    let value: unknown = 1
    for (let at = 0; at < 200_000; at++) value = [value]
    expect(refusal(() => createEntities([{ uid: uid('A', 'x'), attrs: { value } }] as EntityJson[]))).toBe(
      'value_too_deep',
    )
    const chain = Array.from({ length: 50_000 }, (_, at) => group(`${at}`, `${at + 1}`))
    const entities = createEntities(chain)
    expect(entities.isIn(uid('Group', '0'), uid('Group', '50000'))).toBe(true)
    expect(refusal(() => createEntities([...chain, group('50000', '0')]))).toBe('entity_cycle')
  })

  it('takes a diamond of many paths', () => {
    const layers = Array.from({ length: 60 }, (_, at) =>
      [0, 1].map((side) => group(`${at}.${side}`, `${at + 1}.0`, `${at + 1}.1`)),
    )
    expect(createEntities(layers.flat()).isIn(uid('Group', '0.0'), uid('Group', '60.1'))).toBe(true)
  })

  it('takes huge sets', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => [at, `${at}`, { __entity: uid('A', `${at}`) }, { a: [at] }])
    const all = ids.flat()
    const entity = createEntities([{ uid: uid('A', 'x'), attrs: { ids: [...all, ...all] } }]).get(uid('A', 'x'))
    const set = entity?.attributes.get('ids')
    expect(set instanceof SetValue && set.items.length).toBe(80_000)
  })
})

describe('with', () => {
  const base = createEntities([
    group('staff', 'everyone'),
    { uid: uid('Person', 'a'), parents: [uid('Group', 'staff')] },
  ])

  it('adds entities whose ancestors go on in the base', () => {
    const more = base.with([
      { uid: uid('Album', '1'), parents: [uid('Person', 'a')] },
      { uid: uid('Photo', '1'), parents: [uid('Album', '1')] },
    ])
    expect(more.isIn(uid('Photo', '1'), uid('Group', 'everyone'))).toBe(true)
    expect(more.isIn(uid('Person', 'a'), uid('Group', 'everyone'))).toBe(true)
    expect(more.size).toBe(4)
    expect(base.get(uid('Photo', '1'))).toBeUndefined()
    expect(more.with([{ uid: uid('Photo', '2') }]).isIn(uid('Photo', '1'), uid('Group', 'staff'))).toBe(true)
  })

  it.each([
    ['redefine a principal', { uid: uid('Person', 'a'), parents: [uid('Group', 'admins')] }],
    ['extend a group of the base', group('staff', 'admins')],
    ['define a group that the base only names', group('everyone', 'admins')],
  ])('refuses to %s', (_what, entity) => {
    expect(refusal(() => base.with([entity]))).toBe('entity_duplicate')
    expect(refusal(() => base.with([{ uid: uid('X', '1') }]).with([entity]))).toBe('entity_duplicate')
  })

  it('refuses a cycle in what it adds', () => {
    expect(refusal(() => base.with([group('x', 'y'), group('y', 'x')]))).toBe('entity_cycle')
  })

  it('costs nothing of a large base', () => {
    const people = Array.from({ length: 50_000 }, (_, at) => ({
      uid: uid('Person', `${at}`),
      parents: [uid('Group', `${at % 50}`)],
    }))
    const large = createEntities(people)
    // Copied once each, these overlays would be half a billion entries.
    for (let at = 0; at < 10_000; at++) {
      const overlay = large.with([{ uid: uid('Review', 'r'), attrs: { n: at } }])
      expect(overlay.isIn(uid('Person', `${at}`), uid('Group', `${at % 50}`))).toBe(true)
      expect(overlay.get(uid('Person', `${at}`))).toBe(large.get(uid('Person', `${at}`)))
    }
  })
})

describe('members', () => {
  const base = createEntities([
    { uid: uid('Group', 'night'), parents: [uid('Group', 'staff')] },
    { uid: uid('Person', 'a'), parents: [uid('Group', 'night')] },
    { uid: uid('Person', 'b'), parents: [uid('Group', 'staff')] },
    { uid: uid('Robot', 'a'), parents: [uid('Group', 'staff')] },
  ])

  it('are those of a type that are in an entity, however far, and itself', () => {
    expect(base.members(uid('Group', 'staff'), 'Person')).toEqual(['a', 'b'])
    expect(base.members(uid('Group', 'staff'), 'Group')).toEqual(['staff', 'night'])
    expect(base.members(uid('Group', 'night'), 'Robot')).toEqual([])
    expect(base.members(uid('Person', 'a'), 'Person')).toEqual(['a'])
    expect(base.members(uid('Person', 'nobody'), 'Person')).toEqual(['nobody'])
    expect(base.members(uid('Person', 'nobody'), 'Group')).toEqual([])
  })

  it('are more in an overlay that has more', () => {
    const more = base.with([{ uid: uid('Person', 'c'), parents: [uid('Group', 'night')] }])
    expect(more.members(uid('Group', 'staff'), 'Person')).toEqual(['a', 'b', 'c'])
    expect(base.members(uid('Group', 'staff'), 'Person')).toEqual(['a', 'b'])
  })

  it('and ancestors are the entity and all that it is in', () => {
    const ids = base.ancestors(uid('Person', 'a')).map(({ id }) => id)
    expect(ids.toSorted()).toEqual(['a', 'night', 'staff'])
    expect(base.ancestors(uid('Person', 'nobody'))).toEqual([uid('Person', 'nobody')])
  })
})
