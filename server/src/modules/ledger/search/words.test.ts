import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasPhrases, textQuery } from './text.ts'
import { mostTerms, termsOf, textsOf } from './terms.ts'
import { canonicalAddress } from './tokens.ts'
import { normalised, wordsOf } from './words.ts'

const view = {
  id: '01930000-0000-7000-8000-000000000001',
  time: '2026-01-01T00:00:00.000Z',
  kind: 'session.started',
  outcome: 'success' as const,
  actor: { type: 'Person', id: '01930000-0000-7000-8000-0000000000aa', name: 'Ada Lovelace' },
  resource: { type: 'Session', id: 's-1' },
  application: 'shop',
  reason: null,
  source: { address: '192.0.2.7', userAgent: 'Mozilla/5.0' },
  requestId: null,
  data: { note: 'Paid by ada@example.com for /orders/42', amount: 1250 },
}

describe('words', () => {
  it.each([
    ['session.started', ['session', 'started']],
    ['José LÓPEZ', ['jose', 'lopez']],
    ['ﬁne Ⅷ', ['fine', 'viii']],
    ['mail ada.l@Mail.Example.com now', ['ada.l@mail.example.com', 'mail', 'ada', 'example', 'com', 'now']],
    ['/api/v1/01930000-0000-7000-8000-000000000001', ['01930000-0000-7000-8000-000000000001', 'api', 'v1']],
    ['from 10.0.0.1, ::FFFF:10.0.0.2 and 2001:DB8:0::1', ['10.0.0.1', '10.0.0.2', '2001:db8::1', 'from', 'and']],
    ['at 12:30:45', ['at', '12', '30', '45']],
    ['東京都', ['東京', '京都']],
    ['a 1 -', []],
    ['x'.repeat(65), []],
  ])('of %j', (text, words) => expect([...wordsOf(text)]).toEqual(words))

  it('are the same however often the text was normalised', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(wordsOf(normalised(text))).toEqual(wordsOf(text))
      }),
    )
  })

  it('are found again when they are asked for by themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const word of wordsOf(text)) expect(wordsOf(word)).toContain(word)
      }),
    )
  })

  it('take no more than their time from hostile text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a@', '1.', ':', 'a.', '-', '0123abcd-', '%', 'é'), { maxLength: 2_000 }),
        (parts) => {
          expect(wordsOf(parts.join('')).size).toBeLessThan(5_000)
        },
      ),
    )
  })
})

describe('the terms of an event', () => {
  it('keep a person’s words apart, wherever else they stand', () => {
    const { shared, bySubject } = termsOf(view, [
      { subject: 'Person/aa', value: 'Ada Lovelace' },
      { subject: 'Person/aa', value: '192.0.2.7' },
      { subject: null, value: 'Mozilla/5.0' },
    ])
    expect(bySubject.get('Person/aa')).toEqual(['ada', 'lovelace', '192.0.2.7'])
    expect(shared).toEqual(expect.arrayContaining(['session', 'started', 'shop', 'mozilla', 'orders', '42', '1250']))
    // `ada` is of the e-mail address in the note as well: by her name nothing shared finds the event.
    expect(shared).not.toContain('ada')
    expect(shared).not.toContain('192.0.2.7')
  })

  it('are bounded, the telling ones first', () => {
    const many = { ...view, data: { text: Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(' ') } }
    const { shared } = termsOf(many, [])
    expect(shared).toHaveLength(mostTerms)
    expect(shared).toEqual(expect.arrayContaining(['session', 'shop']))
  })

  it('come from values, not from the names of members', () => {
    expect(textsOf({ ...view, data: { secretName: { deep: ['x1', 2, null, true] } } })).toEqual(
      expect.arrayContaining(['x1', '2']),
    )
    expect(termsOf({ ...view, data: { secretName: 1 } }, []).shared).not.toContain('secretname')
  })
})

describe('a text that is looked for', () => {
  it.each([
    ['Ada session', { words: ['session', 'ada'], phrases: [] }],
    ['ada@example.com', { words: ['ada@example.com'], phrases: [] }],
    ['session.started', { words: ['session', 'started'], phrases: ['session.started'] }],
    ['"Ada  Lovelace", paid', { words: ['lovelace', 'paid', 'ada'], phrases: ['ada  lovelace'] }],
    ['"not closed', { words: ['closed', 'not'], phrases: ['not closed'] }],
    ['?! "" .', { words: [], phrases: [] }],
  ])('%s', (text, query) => expect(textQuery(text)).toEqual(query))

  it('is verified as a phrase on the event itself', () => {
    expect(hasPhrases(view, ['session.started', 'ada lovelace'])).toBe(true)
    expect(hasPhrases(view, ['lovelace ada'])).toBe(false)
  })

  it('has words of the event whenever it is a piece of it at word borders', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{2,8}$/), { minLength: 1, maxLength: 6 }), fc.nat(), (parts, n) => {
        const text = parts.join('.')
        const from = n % parts.length
        const { words } = textQuery(parts.slice(from).join('.'))
        for (const word of words) expect(wordsOf(text)).toContain(word)
      }),
    )
  })
})

describe('an address', () => {
  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['Unknown', 'unknown'],
  ])('%s is %s', (written, canonical) => expect(canonicalAddress(written)).toBe(canonical))
})
