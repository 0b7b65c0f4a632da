import { describe, expect, test } from 'vitest'
import type { Protection } from '../api/types.ts'
import { changesOf, rebase, sameJson } from './protection-changes.ts'

const base = {
  csrf: { mode: 'block', trustedOrigins: [] },
  csp: { nonce: false },
  inspection: { mode: 'block', unknown: 'refuse', document: null },
} as unknown as Protection
const inspected = (inspection: Partial<Protection['inspection']>): Protection => ({
  ...base,
  inspection: { ...base.inspection, ...inspection },
})

describe('changes', () => {
  test('each setting by itself, a document and a list as one', () => {
    const after = {
      ...inspected({ mode: 'report', document: { openapi: '3.1.0', paths: { '/a': {} } } }),
      csrf: { ...base.csrf, trustedOrigins: ['https://a.example'] },
    }
    expect(changesOf(base, after).map(({ path }) => path.join('.'))).toEqual([
      'csrf.trustedOrigins',
      'inspection.mode',
      'inspection.document',
    ])
  })

  test('the order of names, and what is undefined, are none', () => {
    expect(sameJson({ a: 1, b: [2, { c: undefined }] }, { b: [2, {}], a: 1 })).toBe(true)
    expect(sameJson([1, 2], [2, 1])).toBe(false)
    expect(sameJson({ a: null }, {})).toBe(false)
  })
})

describe('two people changed it', () => {
  test('what only one of them touched is as that one wants it', () => {
    const theirs = { ...inspected({ unknown: 'report' }), csp: { ...base.csp, nonce: true } }
    const { settings, contested } = rebase(base, inspected({ mode: 'off' }), theirs)
    expect(settings.inspection).toMatchObject({ mode: 'off', unknown: 'report' })
    expect(settings.csp.nonce).toBe(true)
    expect(contested).toEqual([])
  })

  test('what both touched is told, and mine', () => {
    const { settings, contested } = rebase(base, inspected({ mode: 'off' }), inspected({ mode: 'report' }))
    expect(settings.inspection.mode).toBe('off')
    expect(contested).toEqual(['inspection.mode'])
  })

  test('what both changed to the same is no quarrel', () => {
    expect(rebase(base, inspected({ mode: 'off' }), inspected({ mode: 'off' })).contested).toEqual([])
  })
})
