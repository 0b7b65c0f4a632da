import { expect, it } from 'vitest'
import { describeSinkFilter, draftOfFilter, filterOfDraft } from './sink-filter.ts'

it('comes back as it was', () => {
  const filters = [{}, { kinds: ['session.*', 'a.b'] }, { classes: [3002], outcomes: ['refused'] as const }]
  for (const filter of filters) expect(filterOfDraft(draftOfFilter(filter))).toEqual(filter)
})

it('asks for no outcome where all of them, or none, are ticked', () => {
  expect(filterOfDraft({ kinds: '', classes: '', outcomes: [] })).toEqual({})
  expect(filterOfDraft({ kinds: '', classes: '', outcomes: ['success', 'refused', 'failure'] })).toEqual({})
})

it('says which events it is for', () => {
  expect(describeSinkFilter({})).toBe('Every event')
  expect(describeSinkFilter({ kinds: ['session.*'], classes: [3002], outcomes: ['refused', 'failure'] })).toBe(
    'session.*; Authentication; outcome refused or failure',
  )
})
