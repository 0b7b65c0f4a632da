import { beforeAll, expect, it } from 'vitest'
import { benignSamples } from './benign.ts'
import { structural } from './guards.ts'

const blocked = new Map<string, string[]>()
let all = 0

beforeAll(() => {
  for (const sample of benignSamples(false, 'kind')) {
    const by = structural.blocks(sample)
    const of = blocked.get(sample.kind) ?? []
    blocked.set(sample.kind, of)
    all++
    if (by !== undefined) of.push(`${sample.text.slice(0, 200)} <- ${by}`)
  }
})

it('the detectors pass at least 99.5 % of the benign corpus without knowing any field', () => {
  expect(all).toBeGreaterThan(6800)
  expect([...blocked.values()].flat().length / all).toBeLessThan(0.005)
})

it.each(['names', 'companies', 'addresses', 'values', 'prose', 'reviews', 'mails', 'messages', 'profile', 'csv'])(
  'all of what people write passes: %s',
  (kind) => expect(blocked.get(kind)).toEqual([]),
)

it.each(['urls', 'cookies', 'headers', 'agents', 'html', 'html-mail', 'logs', 'manuals'])(
  'all of what programs write passes: %s',
  (kind) => expect(blocked.get(kind)).toEqual([]),
)
