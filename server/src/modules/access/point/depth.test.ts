import { parsePolicy } from '@holdfast/policy/authoring'
import { expect, it } from 'vitest'
import { attributeDepth } from './depth.ts'

it.each([
  ['permit (principal, action, resource);', 1],
  ['permit (principal, action, resource) when { resource.owner == principal };', 1],
  ['permit (principal, action, resource) when { resource.owner.manager == principal };', 2],
  ['permit (principal, action, resource) when { resource has a && resource.a has b && resource.a.b.c > 3 };', 3],
  ['permit (principal, action, resource) when { resource.a.getTag(principal.b.c) == "x" };', 3],
  ['permit (principal, action, resource) when { principal in resource.folder.team };', 2],
])('how far %s follows attributes', (text, expected) => {
  const parsed = parsePolicy('p', text)
  expect(parsed.ok && attributeDepth([parsed.policy])).toBe(expected)
})
