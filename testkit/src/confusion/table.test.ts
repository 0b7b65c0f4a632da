import { expect, it } from 'vitest'
import type { Guard } from './guards.ts'
import { place } from './sample.ts'
import { count, line, total } from './table.ts'

const guards: readonly Guard[] = [
  { name: 'all', blocks: () => 'always' },
  { name: 'long', blocks: ({ text }) => (text.length > 3 ? 'length' : undefined) },
]
const samples = [
  ['short', 'ab'],
  ['long', 'abcd'],
  ['long', 'abc'],
].map(([kind = '', text = '']) => place(kind, text, 'form'))

it('counts each kind and each guard apart', () => {
  const told: string[] = []
  const rows = count(samples, guards, ({ text }, { name }, by) => told.push(`${name} ${text} ${by}`))
  expect([...rows]).toEqual([
    ['short', { samples: 1, blocked: [1, 0] }],
    ['long', { samples: 2, blocked: [2, 1] }],
  ])
  expect(total(rows, guards)).toEqual({ samples: 3, blocked: [3, 1] })
  expect(told).toEqual([
    'all ab always',
    'long ab undefined',
    'all abcd always',
    'long abcd length',
    'all abc always',
    'long abc undefined',
  ])
})

it('writes shares of what is right: blocked attacks, passed texts', () => {
  const row = { samples: 4, blocked: [1] }
  expect(line('kind', row, 'blocked').split(/ {2,}/)).toEqual(['', 'kind', '4', '25.00 %'])
  expect(line('kind', row, 'passed').split(/ {2,}/)).toEqual(['', 'kind', '4', '75.00 %'])
})
