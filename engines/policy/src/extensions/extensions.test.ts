import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, createEntities, evaluate, type ExprJson, type PolicySetJson } from '../index.ts'
import { datetimes, decimals, durations, ips } from '../testing/expressions.ts'
import { answerOf } from '../testing/compare.ts'
import { type Answer, oracle } from '../testing/oracle.ts'
import { dateFromDays, daysFromDate } from './calendar.ts'
import { formatDatetime, parseDatetime } from './datetime.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { formatIp, parseIp } from './ipaddr.ts'

/** A text that is valid, or nearly: one character of a valid one replaced, dropped or doubled. */
function nearly(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const characters = fc.constantFrom(...'0 1 9 . : / - + T Z d h m s :: a F ٣'.split(' '), ' ')
  const edit = fc.tuple(fc.nat(40), fc.constantFrom('replace', 'drop', 'double', 'insert'), characters)
  return fc.tuple(valid, fc.array(edit, { maxLength: 2 })).map(([text, edits]) =>
    edits.reduce((before, [at, how, character]) => {
      const [head, tail] = [before.slice(0, at), before.slice(at + 1)]
      const old = before.charAt(at)
      if (how === 'drop') return head + tail
      if (how === 'double') return head + old + old + tail
      return how === 'insert' ? head + character + old + tail : head + character + tail
    }, text),
  )
}

const generated = {
  decimal: fc.oneof(
    decimals,
    fc.tuple(fc.bigInt(), fc.nat(99999)).map(([a, b]) => `${a}.${b}`),
  ),
  ip: fc.oneof(
    ips,
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.nat(33)).map(([a, b]) => `${a}/${b}`),
    fc.tuple(fc.ipV6(), fc.nat(129)).map(([a, b]) => `${a}/${b}`),
  ),
  datetime: fc.oneof(
    datetimes,
    fc
      .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
      .map((date) => date.toISOString()),
  ),
  duration: fc.oneof(
    durations,
    fc
      .tuple(fc.nat(9), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(9999))
      .map(([d, h, m, s, ms]) => `${d}d${h}h${m}m${s}s${ms}ms`),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map((ms) => `${ms}ms`),
  ),
}
const uid = { type: 'T', id: '' }
const request = { principal: uid, action: uid, resource: uid, context: {} }

/** What we and cedar-wasm make of an expression. */
function both(body: ExprJson): [Answer, Answer | undefined] {
  const all = { op: 'All' } as const
  const conditions = [{ kind: 'when', body } as const]
  const policies: PolicySetJson = {
    staticPolicies: { p: { effect: 'permit', principal: all, action: all, resource: all, conditions } },
    templates: {},
    templateLinks: [],
  }
  const ours = answerOf(evaluate(compile(policies), request, createEntities([])))
  const [theirs] = oracle({ policies, entities: [], requests: [request] })
  return [ours, theirs]
}

describe('extension types', () => {
  it.each(['decimal', 'ip', 'datetime', 'duration'] as const)('read the texts of %s as cedar-wasm does', (name) => {
    const text = nearly(generated[name])
    const call = (Value: string) => ({ [name]: [{ Value }] })
    fc.assert(
      fc.property(text, text, (a, b) => {
        // Accepted or not, and equal or not.
        for (const right of [call(a), call(b)]) {
          const [ours, theirs] = both({ '==': { left: call(a), right } })
          expect(ours).toEqual(theirs)
        }
      }),
    )
  })

  it('compare ranges as cedar-wasm does', () => {
    const ip = (Value: string) => ({ ip: [{ Value }] })
    fc.assert(
      fc.property(generated.ip, generated.ip, (a, b) => {
        for (const body of [{ isInRange: [ip(a), ip(b)] }, { isLoopback: [ip(a)] }, { isMulticast: [ip(a)] }]) {
          const [ours, theirs] = both(body)
          expect(ours).toEqual(theirs)
        }
      }),
    )
  })

  it('know the calendar as Date does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        const { year, month, day } = dateFromDays(days)
        const date = new Date(days * 86_400_000)
        expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
        expect(daysFromDate(year, month, day)).toBe(days)
      }),
    )
  })

  it('are written for people', () => {
    for (const text of ['1.5', '-0.0001', '0.0', '-922337203685477.5808'])
      expect(formatDecimal(parseDecimal(text))).toBe(text)
    for (const text of ['10.0.0.0/8', '255.1.2.3', '0.0.0.0/0']) expect(formatIp(parseIp(text))).toBe(text)
    expect(formatIp(parseIp('fe80::1/64'))).toBe('fe80:0:0:0:0:0:0:1/64')
    for (const text of ['2024-02-29T23:59:59.001Z', '0000-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z']) {
      expect(formatDatetime(parseDatetime(text))).toBe(text)
    }
  })

  it('refuse long texts at once', () => {
    const digits = '9'.repeat(1_000_000)
    for (const text of [`${digits}.0`, `0.${digits}`, `-${digits}.1234`])
      expect(() => parseDecimal(text)).toThrow('decimal')
    for (const text of [digits, `${digits}:`.repeat(3), `1.1.1.1/${digits}`])
      expect(() => parseIp(text)).toThrow('is not an IP')
  })
})
