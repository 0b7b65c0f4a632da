import type { ValueKind, Wording } from './define.ts'

/** A paragraph of a letter, filled in: words, or the link or the code that stands alone in it. */
export type Paragraph =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
  | { readonly kind: 'code'; readonly code: string }

export interface Filled {
  readonly subject: string
  readonly paragraphs: readonly Paragraph[]
}

export type Values = Readonly<Record<string, string | number>>

const placeholder = /\{(\w+)\}/g

/**
 * Puts the values where they go. Whatever they hold stays inside of its line: a subject cannot become a second header, and
 * what somebody calls himself cannot become a link.
 * @param kinds of the values; `installation` and `name` are texts in every letter
 * @throws Error for a link that does not lead here
 */
export function fill(
  { subject, body, button }: Wording,
  kinds: Readonly<Record<string, ValueKind>>,
  values: Values,
  publicUrl: string,
): Filled {
  const put = (text: string) =>
    text.replaceAll(placeholder, (_, name: string) => asText(kinds[name] ?? 'text', values[name] ?? '', publicUrl))
  return {
    subject: oneLine(put(subject)).slice(0, 200),
    paragraphs: body.map((paragraph): Paragraph => {
      const alone = /^\{(\w+)\}$/.exec(paragraph.trim())?.[1]
      const text = put(paragraph)
      if (alone !== undefined && kinds[alone] === 'link') return { kind: 'link', href: text, label: button ?? text }
      if (alone !== undefined && kinds[alone] === 'code') return { kind: 'code', code: text }
      return { kind: 'words', text: oneLine(text) }
    }),
  }
}

function asText(kind: ValueKind, value: string | number, publicUrl: string): string {
  const text = String(value)
  switch (kind) {
    case 'link':
      if (!leadsHere(text, publicUrl)) throw new Error('a letter links to the public URL only')
      return text
    case 'code':
      return text.replaceAll(/[^A-Za-z0-9-]/g, '')
    case 'number':
      return text
    case 'address':
      return oneLine(text).slice(0, 254)
    default:
      return plainName(text)
  }
}

function leadsHere(text: string, publicUrl: string): boolean {
  return URL.canParse(text) && new URL(text).origin === new URL(publicUrl).origin && /^[\x21-\x7e]+$/.test(text)
}

/** No control or format characters, line ends among them. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

/** Mail programs make links of whatever looks like one. A name is the sender's to choose, and so would the link be. */
export function plainName(text: string): string {
  const words = oneLine(text).replaceAll('://', ' ')
  return words.replaceAll(/(?<=[\p{L}\p{N}])[.。．｡](?=[\p{L}\p{N}]{2,})/gu, '. ').slice(0, 200)
}
