import { describe, expect, it } from 'vitest'
import { Budget } from './budget.ts'
import { bytesOf, classesOf } from './classes.ts'
import { inspect } from './inspect.ts'
import { sql } from './sql/index.ts'

const ATTACK = "a man' or 1=1-- "
const percent = (text: string) => text.replace(/[^\w]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')

describe('a value in the decodings of a backend', () => {
  it.each([
    ['as it is', ATTACK, []],
    ['percent', percent(ATTACK), ['percent']],
    ['double percent', percent(percent(ATTACK)), ['percent', 'percent']],
    ['%u', 'a man%u0027 or 1=1-- ', ['percent']],
    ['plus', "a+man'+or+1=1--+", ['plus']],
    ['plus and percent', 'a+man%27+or+1%3d1--+', ['percent', 'plus']],
    ['entities', 'a man&#x27; or 1&#0000061;1-- ', ['entities']],
    ['named entities', 'a man&apos; or 1&equals;1-- ', ['entities']],
    ['escapes', 'a man\\u0027 or 1=1-- ', ['escapes']],
    ['escapes of bytes', 'a man\\x27 or 1=1-- ', ['escapes']],
    ['fullwidth', bytesOf('a man＇ or 1＝1-- '), ['wide']],
    ['a look-alike', bytesOf('a manʼ or 1=1-- '), ['wide']],
    ['overlong', 'a man\xc0\xa7 or 1=1-- ', ['overlong']],
    ['overlong, percent', 'a man%c0%a7 or 1=1-- ', ['percent', 'overlong']],
    ['base64', base64(ATTACK), ['base64']],
    ['base64 without padding', base64(ATTACK).replace(/=+$/, ''), ['base64']],
    ['percent in base64', base64(percent(ATTACK)), ['base64', 'percent']],
  ])('finds an attack: %s', (_, value, decoding) => {
    expect(inspect(value, { detectors: [sql] })).toMatchObject({ detector: 'sql', decoding })
  })

  it('reads base64 of any bytes where the schema says so', () => {
    const value = base64(`\x00\xff\x01' or 1=1-- `)
    expect(inspect(value, { detectors: [sql] })).toBeNull()
    expect(inspect(value, { detectors: [sql], place: { base64: true } })).toMatchObject({ decoding: ['base64'] })
  })

  it('leaves a value alone that no backend decodes to another', () => {
    for (const value of [
      'administrator',
      'a+b=c',
      '100%',
      '50% off',
      'R&D',
      'AT&T &amp; co',
      'C:\\users',
      'dXNlcm5hbWU=',
    ])
      expect(inspect(value, { detectors: [sql] })).toBeNull()
  })

  it('refuses what uses up its work while it still reads as code', () => {
    const value = `1${'+1'.repeat(100)} or 1=1`
    expect(inspect(value, { detectors: [sql], budget: new Budget(50) })).toMatchObject({ class: 'undecided' })
    expect(inspect(value, { detectors: [sql], budget: new Budget(50_000) })).toMatchObject({ class: 'tautology' })
  })

  it('takes text as its bytes in UTF-8', () => {
    expect(bytesOf('abc')).toBe('abc')
    for (const text of ['é', 'a＇b', '\u{1f600} x', 'a\uffff'])
      expect(bytesOf(text)).toBe(Buffer.from(text, 'utf8').toString('latin1'))
    expect(classesOf('a')).toBe(1)
    expect(classesOf('')).toBe(0)
  })
})
