import { expect, test } from 'vitest'
import type { Protection } from '../../../api/types.ts'
import { partOf } from './part-of.ts'
import { weakened } from './weakened.ts'

const strict = {
  inspection: { mode: 'block', document: {}, unknown: 'refuse', without: [] },
  csrf: { mode: 'block' },
  limits: { mode: 'block' },
  csp: { mode: 'block' },
  policy: { mode: 'block' },
  addresses: { allow: [], deny: [] },
} as unknown as Protection

test('every way to open something is said, and a way to close it is not', () => {
  const open = {
    inspection: { mode: 'report', document: null, unknown: 'inspect', without: ['sql'] },
    csrf: { mode: 'off' },
    limits: { mode: 'report' },
    csp: { mode: 'report' },
    policy: { mode: 'off' },
    addresses: { allow: ['192.0.2.0/24'], deny: [] },
  } as unknown as Protection
  expect(weakened(strict, open)).toHaveLength(8)
  expect(weakened(strict, strict)).toEqual([])
  expect(weakened(open, { ...strict, addresses: open.addresses })).toEqual([])
})

test('a setting stands in the part that names it most exactly', () => {
  expect(
    ['inspection.mode', 'inspection.document', 'inspection.exceptions.0.by', 'policy.mode', 'novel.x'].map(partOf),
  ).toEqual(['inspection', 'document', 'exceptions', 'routes', 'json'])
})
