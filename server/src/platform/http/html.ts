/** Markup that has been escaped already. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

type Piece = string | number | Html | null | undefined | false | readonly Piece[]

/** Escapes every value that is put in; only the literal parts, and other `html` pieces, are markup. */
export function html(literals: TemplateStringsArray, ...values: readonly Piece[]): Html {
  let text = literals[0] ?? ''
  values.forEach((value, at) => {
    text += escaped(value) + (literals[at + 1] ?? '')
  })
  return new Html(text)
}

function escaped(value: Piece): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(escaped).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}
