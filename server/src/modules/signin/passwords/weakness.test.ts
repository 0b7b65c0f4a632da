import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weakness } from './weakness.ts'

const ada = {
  email: 'ada.lovelace@analytical.example',
  name: 'Ada King Lovelace',
  words: ['Analytical Books', 'loom-9'],
}
const judge = (password: string) => weakness(password, ada, 15)

describe('a password is refused for what it is derived from', () => {
  it.each([
    ['short', 'too_short'],
    ['tr0ub4dor&3', 'too_short'],
    ['x'.repeat(1025), 'too_long'],
    ['aaaaaaaaaaaaaaaa', 'repeats'],
    ['abababababababab', 'repeats'],
    ['dogdogdogdogdogdog', 'repeats'],
    ['xk7!xk7!xk7!xk7!', 'repeats'],
    ['123456789012345', 'sequence'],
    ['qwertyuiopasdfgh', 'sequence'],
    ['zyxwvutsrqponmlk', 'sequence'],
    ['1qaz2wsx3edc4rfv', 'sequence'],
    ['abcdefgh12345678', 'sequence'],
    ['passwordpassword1', 'common'],
    ['Password1234567!', 'common'],
    ['P4$$w0rd-P4$$w0rd', 'common'],
    ['p-a-s-s-w-o-r-d-p-a-s-s-w-o-r-d', 'repeats'],
    ['SummerWinter2026!', 'common'],
    ['iloveyouiloveyou!', 'common'],
    ['adalovelace2026!!', 'personal'],
    ['LovelaceLovelace1', 'personal'],
    ['analytical-Ada-99', 'personal'],
    ['HoldfastHoldfast1', 'personal'],
    ['Holdfast!Holdfast', 'personal'],
    ['k!n9.10ve1ace.ada', 'personal'],
    ['AnalyticalBooks2026', 'personal'],
    ['books-books-b00ks', 'personal'],
    ['LoomLoomLoom 2026!', 'personal'],
  ])('%s: %s', (password, reason) => expect(judge(password)).toBe(reason))

  it.each([
    'gravel teapot invoice 71',
    'horse battery staple green',
    'k3vd-9mwa-plke-8dkx-mmqe',
    'my cat sleeps on tuesday',
    'Übergrößenträger im Nebel',
    '正しい馬電池ホチキス部分的に深い海',
    'a sentence, as long as one likes, with spaces',
  ])('takes %s', (password) => expect(judge(password)).toBeUndefined())

  it.each([
    ['iloveyou', 'common'],
    ['Elephant1!', 'common'],
    ['Pa$$w0rd', 'common'],
    ['trustno1', 'common'],
    ['12345678', 'sequence'],
    ['11223344', 'sequence'],
    ['1q2w3e4r', 'sequence'],
    ['qwerty12', 'sequence'],
    ['01011990', 'common'],
    ['lovelace', 'personal'],
    ['aaaabbbb', 'repeats'],
    ['k3vd9mw', 'too_short'],
    ['k3vd9mwa', undefined],
    ['тыквенный', undefined],
  ])('beside a second factor, %s: %s', (password, reason) => expect(weakness(password, ada, 8)).toBe(reason))

  it('takes what a generator makes, whatever the alphabet', () => {
    const alphabets = [
      'abcdefghijklmnopqrstuvwxyz',
      'abcdefghjkmnpqrstuvwxyz23456789',
      'ABCDEFabcdef0123456789!@#$%^&*',
    ]
    for (const alphabet of alphabets) {
      for (let times = 0; times < 500; times++) {
        const made = [...randomBytes(20)].map((byte) => alphabet[byte % alphabet.length]).join('')
        expect(judge(made), made).toBeUndefined()
      }
    }
  })

  it('counts code points, not bytes or halves of them', () => {
    expect(weakness('🐎🔋📎🗝🌊🌋🏔🌵🍄🐙🦑🦀🐡🐬🐳', ada, 15)).toBeUndefined()
    expect(weakness('🐎🔋📎🗝🌊🌋🏔🌵🍄🐙🦑🦀🐡🐬', ada, 15)).toBe('too_short')
  })

  it('never throws, whatever is typed, by whomever', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 200 })
    const long = 'p4ssw0rd'.repeat(200)
    expect(weakness(long, { ...ada, words: [long] }, 15)).toBe('too_long')
    fc.assert(
      fc.property(anything, anything, anything, (password, email, name) => {
        const reason = weakness(password, { email, name, words: [name, email] }, 15)
        expect([undefined, 'too_short', 'too_long', 'repeats', 'sequence', 'personal', 'common']).toContain(reason)
      }),
    )
  })

  it('a name in it is no help: what is left must be enough', () => {
    const words = fc.constantFrom('ada', 'lovelace', 'holdfast', 'password', '2026', '123', 'aaa', '!')
    fc.assert(
      fc.property(fc.array(words, { minLength: 4, maxLength: 4 }), (parts) => {
        const password = parts.join('')
        if (password.length >= 15) expect(judge(password), password).toBeDefined()
      }),
    )
  })
})
