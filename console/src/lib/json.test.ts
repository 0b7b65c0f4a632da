import { describe, expect, it } from 'vitest'
import { parseObject } from './json.ts'

describe('parseObject', () => {
  it('reads an object, and nothing as an empty one', () => {
    expect(parseObject('{"a":1}')).toEqual({ ok: true, value: { a: 1 } })
    expect(parseObject(' \n')).toEqual({ ok: true, value: {} })
  })
  it.each(['[1]', '"text"', '1', 'null', 'true'])('refuses %s, which is JSON but no object', (text) => {
    expect(parseObject(text)).toMatchObject({ ok: false })
  })
  it('says what is wrong with text that is not JSON', () => {
    expect(parseObject('{"a":')).toMatchObject({ ok: false, message: expect.stringMatching(/^Not JSON/u) })
  })
})
