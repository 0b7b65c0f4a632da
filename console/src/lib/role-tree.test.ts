import { expect, test } from 'vitest'
import { roleTree } from './role-tree.ts'

const shown = (roles: readonly { id: string; parents: string[] }[]) =>
  roleTree(roles).map(({ role, depth }) => `${'  '.repeat(depth)}${role.id}`)

test('whoever has a role too stands below it', () => {
  expect(
    shown([
      { id: 'viewer', parents: [] },
      { id: 'owner', parents: ['editor'] },
      { id: 'editor', parents: ['viewer'] },
      { id: 'auditor', parents: [] },
    ]),
  ).toEqual(['auditor', 'viewer', '  editor', '    owner'])
})

test('a role with two parents stands below both, and paths are unique', () => {
  const roles = [
    { id: 'a', parents: [] },
    { id: 'b', parents: [] },
    { id: 'c', parents: ['a', 'b'] },
    { id: 'd', parents: ['c'] },
  ]
  expect(shown(roles)).toEqual(['a', '  c', '    d', 'b', '  c'])
  const paths = roleTree(roles).map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})

test('an unknown parent and a circle leave no role out', () => {
  expect(shown([{ id: 'a', parents: ['gone'] }])).toEqual(['a'])
  expect(
    shown([
      { id: 'a', parents: ['b'] },
      { id: 'b', parents: ['a'] },
    ]).map((line) => line.trim()),
  ).toEqual(['a', 'b'])
})
