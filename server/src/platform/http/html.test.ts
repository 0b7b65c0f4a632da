import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Html, html } from './html.ts'

/** What a browser reads out of escaped text. */
function unescaped(text: string): string {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', 'l', 't', '#', '3', '9', '/', 'script') }),
)

describe('html', () => {
  it('lets no value end an element, an attribute or an entity', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const { text } = html`<p title="${value}" lang='${value}'>${value}</p>`
        const [, title = '', lang = '', content = ''] =
          /^<p title="([^"<>]*)" lang='([^'<>]*)'>([^<>]*)<\/p>$/s.exec(text) ?? []
        expect([title, lang, content].map(unescaped)).toEqual([value, value, value])
      }),
    )
  })

  it('takes pieces of itself as they are, in lists too, and escapes what lies beside them', () => {
    const items = ['<b>', 'two'].map((item) => html`<li>${item}</li>`)
    expect(html`<ul>${items}${['<', html`<hr>`]}</ul>`.text).toBe('<ul><li>&lt;b&gt;</li><li>two</li>&lt;<hr></ul>')
  })

  it('shows nothing for what is not there, and zero for zero', () => {
    expect(html`[${null}${undefined}${false}${0}${''}]`.text).toBe('[0]')
  })

  it('is not deceived by an object that only looks like markup', () => {
    const forged = JSON.parse('{"text":"<script>"}') as unknown as Html
    expect(html`${forged}`.text).not.toContain('<script>')
    expect(new Html('<b>').toString()).toBe('<b>')
  })
})
