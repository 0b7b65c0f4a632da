import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ValueKind } from './define.ts'
import { templates } from './english.ts'
import { fill, oneLine } from './fill.ts'
import { render } from './render.ts'

const publicUrl = 'https://id.example'
const kinds: Readonly<Record<string, ValueKind>> = { who: 'text', link: 'link', code: 'code', mail: 'address' }
const wording = { subject: 'From {who}', body: ['{who} says', '{link}', '{code}', 'to {mail}'], button: 'Go' }
const values = { who: 'Ada', link: `${publicUrl}/x?token=1`, code: '123-456', mail: 'a@b.example' }
const frame = { installation: 'Holdfast', home: publicUrl, accent: null, name: 'Ada', at: null }

describe('what is put into a letter', () => {
  test('stays where it is put', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (who) => {
        const filled = fill(wording, kinds, { ...values, who, mail: who }, publicUrl)
        expect(filled.subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
        const { text, html } = render(filled, { ...frame, name: oneLine(who) })
        // Every paragraph is a line, and every link is ours.
        expect(text.split('\n\n')).toHaveLength(
          render(fill(wording, kinds, values, publicUrl), frame).text.split('\n\n').length,
        )
        const tags = html.match(/<[a-z]+/g)
        expect(tags).toEqual(render(fill(wording, kinds, values, publicUrl), frame).html.match(/<[a-z]+/g))
      }),
    )
  })

  test.each(['evil.example', 'https://evil.example', 'go to www.evil.example now', 'evil。example'])(
    '%s is no link',
    (who) => {
      const { subject, paragraphs } = fill(wording, kinds, { ...values, who, mail: '' }, publicUrl)
      for (const text of [subject, ...paragraphs.map((one) => (one.kind === 'words' ? one.text : ''))]) {
        expect(text).not.toMatch(/:\/\/|\w[.。]\w\w/)
      }
    },
  )

  test.each([
    'https://evil.example/',
    'https://id.example.evil.example/',
    'javascript:alert(1)',
    '//id.example/',
    'https://id.example/a b',
  ])('a link to %s is a fault', (link) => {
    expect(() => fill(wording, kinds, { ...values, link }, publicUrl)).toThrow('public URL')
  })
})

test('every built-in letter has its links and codes alone in their paragraphs, and names no value that it lacks', () => {
  for (const [name, { subject, body, values: own }] of Object.entries(templates)) {
    const used = [...`${subject} ${body.join(' ')}`.matchAll(/\{(\w+)\}/g)].map(([, value = '']) => value)
    expect(
      used.filter((value) => value !== 'installation' && !(value in own)),
      name,
    ).toEqual([])
    for (const [value, kind] of Object.entries<ValueKind>(own)) {
      if (kind === 'link' || kind === 'code') expect(body, name).toContain(`{${value}}`)
    }
  }
})
