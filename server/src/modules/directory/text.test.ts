import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Email, Name } from './shapes.ts'
import { emailKey, isEmail, tidy } from './text.ts'

describe('e-mail addresses', () => {
  it.each(['a@b', 'ada@shop.example', 'o’brien+x@sub.example.org', 'grüße@straße.example', '用户@例子.广告'])(
    'takes %s',
    (address) => expect(isEmail(address)).toBe(true),
  )

  it.each([
    '',
    'ada',
    '@example.org',
    'ada@',
    'ada@@example.org',
    'a b@example.org',
    'ada@example..org',
    'ada@-example.org',
    'ada@example.org\nbcc: eve@example.org',
    'ada@example.org\0',
    '<ada@example.org>',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(260)}.example`,
  ])('refuses %j', (address) => expect(isEmail(address)).toBe(false))

  it.each([
    ['Ada@Example.ORG', 'ada@example.org'],
    [' ada@example.org ', 'ada@example.org'],
    ['e\u0301@example.org', '\u00e9@example.org'],
    ['\uff41da@example.org', 'ada@example.org'],
  ])('takes %j and %j for the same', (left, right) => expect(emailKey(left)).toBe(emailKey(right)))

  it('whatever is typed: never throws, and what is taken has no control characters and stays what it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (text) => {
        const parsed = Email.safeParse(text)
        if (!parsed.success) return
        expect(parsed.data).not.toMatch(/[\p{C}\s]/u)
        expect(emailKey(emailKey(parsed.data))).toBe(emailKey(parsed.data))
        expect(Email.parse(parsed.data)).toBe(parsed.data)
      }),
    )
  })
})

describe('names', () => {
  it('are tidied', () => expect(tidy('  Ada \t Lovelace ')).toBe('Ada Lovelace'))

  it('never hold what hides in a terminal or a log', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const parsed = Name.safeParse(text)
        if (parsed.success) expect(parsed.data).toMatch(/^\P{C}{1,200}$/u)
      }),
    )
  })
})
