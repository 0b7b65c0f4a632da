import { describe, expect, it } from 'vitest'
import { block, heading, summary } from './print.ts'
import type { Result, Row } from './report.ts'

const ID = '0198a000-0000-7000-8000-00000000000a'

function result(door: Result['door'], more: Partial<Result> = {}): Result {
  const succeeded = door === 'naive'
  return { door, succeeded, asExpected: true, answered: ['200'], effect: 'so', events: [], missingEvents: [], ...more }
}

function row(results: readonly Result[]): Row {
  return {
    id: 'an-attack',
    title: 'An attack',
    story: 'a story',
    does: `GET /${'x'.repeat(250)} ${'word '.repeat(60)}`,
    results,
  }
}

const event = { id: ID, kind: 'request.refused', outcome: 'refused', reason: null }
const long = row([
  result('naive', { effect: 'a long effect that says much more than fits into one line of the table '.repeat(3) }),
  result('gateway', { answered: Array.from({ length: 12 }, (_, n) => `4${n} some_code_of_an_answer`) }),
  result('bypassed', { events: Array.from({ length: 9 }, () => event), missingEvents: [ID] }),
])

describe('the table', () => {
  it('fits into 100 columns', () => {
    const text = heading() + block(long, 10) + summary([long])
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
    expect(text).toContain(`event ${ID}  request.refused, refused ×9`)
    expect(text).toContain('NOT in the ledger')
  })

  it('obeys nothing that an answer holds', () => {
    const text = block(row([result('gateway', { effect: '\u001b[2Jgone\r\u202e', answered: ['200 \u0007'] })]), 1)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('says what is not as it should be', () => {
    expect(summary([row([result('naive'), result('gateway'), result('bypassed')])])).toContain('As it should be')
    const hole = row([result('naive'), result('gateway', { succeeded: true, asExpected: false })])
    expect(summary([hole])).toContain('NOT as it should be:\n  an-attack (guarded)')
  })
})
