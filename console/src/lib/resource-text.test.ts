import { expect, test } from 'vitest'
import { resourcesOf, resourcesText } from './resource-text.ts'

const resources = [
  { identifier: 'https://api.example', scopes: [{ name: 'orders:read', description: 'See your orders' }] },
  { identifier: 'urn:other', scopes: [] },
]

test('resources become text and back', () => {
  expect(resourcesText(resources)).toBe('https://api.example\n  orders:read  See your orders\nurn:other')
  expect(resourcesOf(resourcesText(resources))).toEqual(resources)
})

test('blank lines and tabs are read, a scope of nothing is not', () => {
  expect(resourcesOf('  lost\n\nurn:a\n\tread\n')).toEqual([
    { identifier: 'urn:a', scopes: [{ name: 'read', description: '' }] },
  ])
})
