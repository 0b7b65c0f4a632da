import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../api/types.ts'
import { declaredIn, offsetOf, segmentsOf } from './cedar-text.ts'

function finding(from: [number, number], to: [number, number], severity: Finding['severity'] = 'error'): Finding {
  const position = ([line, column]: [number, number]) => ({ line, column, offset: 0 })
  return { policy: null, severity, message: 'wrong', help: null, start: position(from), end: position(to) }
}

const marked = (text: string, ...findings: Finding[]) =>
  segmentsOf(text, findings)
    .filter(({ mark }) => mark !== null)
    .map(({ text, mark }) => `${mark}:${text}`)

describe('segmentsOf', () => {
  it('knows words, strings and comments', () => {
    const kinds = segmentsOf('permit (x == "in // y"); // when', []).map(({ kind, text }) => `${kind}:${text}`)
    expect(kinds).toEqual(['word:permit', 'plain: (x == ', 'string:"in // y"', 'plain:); ', 'comment:// when'])
  })

  it('marks a finding where it is, across lines too', () => {
    expect(marked('permit (\n  oops\n);', finding([2, 3], [2, 7]))).toEqual(['error:oops'])
    expect(marked('ab\ncd', finding([1, 2], [2, 2])).join('')).toBe('error:b\nc')
  })

  it('marks at least one character, at the end of the text the last', () => {
    expect(marked('permit', finding([1, 7], [1, 7]))).toEqual(['error:t'])
    expect(marked('permit', finding([1, 1], [1, 1]))).toEqual(['error:p'])
  })

  it('marks nothing for a finding about the whole', () => {
    expect(marked('abc', { ...finding([1, 1], [1, 2]), start: null, end: null })).toEqual([])
  })

  it('shows the error where a warning lies over it', () => {
    expect(marked('abc', finding([1, 1], [1, 4], 'warning'), finding([1, 2], [1, 3]))).toEqual([
      'warning:a',
      'error:b',
      'warning:c',
    ])
  })

  it('loses and adds nothing, whatever the text and wherever the findings', () => {
    const position = fc.tuple(fc.integer({ min: -2, max: 9 }), fc.integer({ min: -2, max: 40 }))
    const text = fc.array(fc.constantFrom('permit', '"', '\\', '//', '\n', ' ', 'é', '😀', 'entity', 'x', '('), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(text, fc.array(fc.tuple(position, position), { maxLength: 4 }), (words, ranges) => {
        const source = words.join('')
        const segments = segmentsOf(
          source,
          ranges.map(([from, to]) => finding(from, to)),
        )
        expect(segments.map(({ text }) => text).join('')).toBe(source)
      }),
    )
  })
})

describe('offsetOf', () => {
  it('counts lines and columns from 1, and stays inside', () => {
    expect(offsetOf('ab\ncd', 2, 2)).toBe(4)
    expect(offsetOf('ab\ncd', 1, 99)).toBe(2)
    expect(offsetOf('ab\ncd', 99, 1)).toBe(3)
    expect(offsetOf('', 1, 1)).toBe(0)
  })
})

describe('declaredIn', () => {
  it('finds actions and entity types', () => {
    const schema = `
      // action hidden;
      entity Group in [Group];
      entity Review = { "author": Person };
      action view, "edit it" appliesTo { principal: Person, resource: Review };
      action "delete";
    `
    expect(declaredIn(schema)).toEqual({ actions: ['view', 'edit it', 'delete'], entities: ['Group', 'Review'] })
  })
  it('finds nothing in nothing', () => {
    expect(declaredIn('')).toEqual({ actions: [], entities: [] })
  })
})
