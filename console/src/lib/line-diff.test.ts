import { expect, test } from 'vitest'
import { lineDiff, nearChanges } from './line-diff.ts'

const shown = (old: string, now: string) =>
  lineDiff(old, now).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)

test('lines that stayed, went and came', () => {
  expect(shown('a\nb\nc', 'a\nx\nc')).toEqual([' a', '-b', '+x', ' c'])
  expect(shown('', 'a')).toEqual(['-', '+a'])
  expect(shown('a\nb', 'a\nb')).toEqual([' a', ' b'])
  expect(shown('a\nb\nc\nd', 'b\nd\ne')).toEqual(['-a', ' b', '-c', ' d', '+e'])
})

test('either text comes back out of the difference, long ones too', () => {
  const old = Array.from({ length: 2100 }, (_, index) => `line ${index}`).join('\n')
  for (const now of [`${old}\nmore`, 'short', old.replaceAll('7', 'x')]) {
    for (const [one, other] of [
      [old, now],
      [old.slice(0, 900), now.slice(0, 900)],
    ] as const) {
      const lines = lineDiff(one, other)
      const side = (not: string) =>
        lines
          .filter(({ kind }) => kind !== not)
          .map(({ text }) => text)
          .join('\n')
      expect(side('added')).toBe(one)
      expect(side('removed')).toBe(other)
    }
  }
})

test('what lies far from a change is counted', () => {
  const old = Array.from({ length: 20 }, (_, index) => String(index)).join('\n')
  const parts = nearChanges(lineDiff(old, old.replace('10', 'ten')), 2)
  expect(parts.map((part) => ('skipped' in part ? part.skipped : part.lines.map(({ text }) => text)))).toEqual([
    8,
    ['8', '9', '10', 'ten', '11', '12'],
    7,
  ])
  expect(nearChanges(lineDiff('a', 'a'))).toEqual([{ skipped: 1 }])
})
