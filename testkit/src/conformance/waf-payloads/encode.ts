/** What is done to a payload before it is placed: the encoders of GoTestWAF, by name. */
const ENCODERS: ReadonlyMap<string, (payload: string) => string> = new Map([
  ['Plain', (payload: string) => payload],
  ['URL', queryEscape],
  ['Base64', (payload: string) => Buffer.from(payload).toString('base64')],
  ['Base64Flat', (payload: string) => Buffer.from(payload).toString('base64').replaceAll('=', '')],
  ['JSUnicode', jsUnicode],
  ['XMLEntity', xmlEscape],
  ['XML Entity', xmlEscape],
])

/** The payload as the encoder writes it; undefined where there is no such encoder. */
export function encode(encoder: string, payload: string): string | undefined {
  return ENCODERS.get(encoder)?.(payload)
}

/** Go's url.QueryEscape: a blank is `+`, letters, digits and `-_.~` stay. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** Each unit of UTF-16 as `\uXXXX`. */
export function jsUnicode(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** Go's xml.EscapeText. */
export function xmlEscape(text: string): string {
  return text.replace(/["'&<>\t\n\r]/g, (character) => ESCAPED[character] ?? character)
}
