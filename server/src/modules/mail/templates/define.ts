/**
 * What a value of a letter may be, and so what becomes of it:
 * - `text`: somebody's words (a name): one line, without what mail programs would make a link of
 * - `address`: an e-mail address
 * - `code`: letters, digits and dashes
 * - `number`: as it is
 * - `link`: an address below the public URL, and nothing else
 */
export interface ValueTypes {
  readonly text: string
  readonly address: string
  readonly code: string
  readonly number: number
  readonly link: string
}
export type ValueKind = keyof ValueTypes

export interface Wording {
  readonly subject: string
  /** Paragraphs, with `{value}` where values go. `{link}` and `{code}` stand alone in theirs. */
  readonly body: readonly string[]
  /** what the button says that leads to the link */
  readonly button: string | null
}

export interface Template extends Wording {
  /** `asked`: anybody can have it sent, so there are few in an hour. `notice`: tells of what has happened. */
  readonly kind: 'asked' | 'notice'
  readonly values: Readonly<Record<string, ValueKind>>
}

/** The values that a template takes. */
export type ValuesOf<T extends Template> = { readonly [Name in keyof T['values']]: ValueTypes[T['values'][Name]] }

export function asked<const Values extends Readonly<Record<string, ValueKind>>>(
  values: Values,
  subject: string,
  body: readonly string[],
  button: string | null = null,
): Template & { readonly values: Values } {
  return { kind: 'asked', values, subject, body, button }
}

export function notice<const Values extends Readonly<Record<string, ValueKind>>>(
  values: Values,
  subject: string,
  body: readonly string[],
): Template & { readonly values: Values } {
  return { kind: 'notice', values, subject, body, button: null }
}
