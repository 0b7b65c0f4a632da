import { expect, test } from 'vitest'
import { spansUpTo, spanText } from './spans.ts'

test('the most that a rule gives is among the choices, once and last', () => {
  expect(spansUpTo(3600)).toEqual([900, 1800, 3600])
  expect(spansUpTo(600)).toEqual([600])
  expect(spansUpTo(5400)).toEqual([900, 1800, 3600, 5400])
})

test('a span is said exactly', () => {
  expect([60, 90, 5400, 3600, 7200, 86_400, 259_200].map(spanText)).toEqual([
    '1 minute',
    '90 seconds',
    '90 minutes',
    '1 hour',
    '2 hours',
    '1 day',
    '3 days',
  ])
})
