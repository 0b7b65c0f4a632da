import { expect, it } from 'vitest'
import type { StoredEntity } from './types.ts'
import { travelling } from './travelling.ts'

const uid = (type: string, id: string) => ({ type, id })
const entity = (id: string, attrs: StoredEntity['attrs'] = {}, parents: string[] = []): StoredEntity => ({
  uid: uid('Config', id),
  attrs,
  tags: {},
  parents: parents.map((parent) => uid('Config', parent)),
})
const stored = [
  { ...entity('r'), uid: uid('Route', 'r') },
  entity('main', { next: { __entity: uid('Config', 'second') } }, ['above']),
  entity('above', {}, ['top']),
  entity('top'),
  entity('second', { next: { __entity: uid('Config', 'third') } }),
  entity('third', { next: { __entity: uid('Config', 'main') } }),
  entity('other'),
]
const ids = (rules: Parameters<typeof travelling>[1]) => travelling(stored, rules).map((one) => one.uid.id)

it('travels by its type, or because a policy names it, with all that policies can reach from there', () => {
  expect(ids({ bundledTypes: [], named: [], depth: 1 })).toEqual([])
  expect(ids({ bundledTypes: ['Route'], named: [], depth: 3 })).toEqual(['r'])
  const named = [uid('Config', 'main'), uid('Config', 'nowhere')]
  expect(ids({ bundledTypes: [], named, depth: 1 })).toEqual(['main', 'above', 'top', 'second'])
  expect(ids({ bundledTypes: ['Route'], named, depth: 5 })).toEqual(['r', 'main', 'above', 'top', 'second', 'third'])
})
