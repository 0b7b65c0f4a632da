import { expect, it } from 'vitest'
import { describeHold } from './holds.ts'

it('says what a hold keeps', () => {
  const at = '2026-01-01T00:00:00.000Z'
  expect(describeHold({ subject: null, since: null, until: null })).toBe('Every event.')
  expect(describeHold({ subject: { type: 'Person', id: 'p1' }, since: at, until: null }, 'UTC')).toBe(
    'Events that name Person p1 from 1 Jan 2026, 00:00:00 UTC.',
  )
  expect(describeHold({ subject: null, since: null, until: at }, 'UTC')).toBe(
    'Every event until 1 Jan 2026, 00:00:00 UTC.',
  )
})
