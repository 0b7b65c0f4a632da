import type { Parameter, Reading } from './types.ts'

/** The text has none of the forms that its style knows. */
export const UNREADABLE: unique symbol = Symbol('unreadable')

/**
 * A text as a value of one of the types that its schema names; a text where it is none of them, for the schema to refuse. Numbers have one form: no
 * `+`, no leading zero, no hexadecimal, no blank, as what one program takes for a number another takes for text.
 */
export function scalarOf(text: string, { types }: Reading): unknown {
  for (const type of types) {
    if (type === 'integer' && /^-?(?:0|[1-9]\d{0,18})$/.test(text)) return Number(text)
    if (type === 'number' && text.length < 64 && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(text))
      return Number(text)
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
    if (type === 'null' && (text === '' || text === 'null')) return null
  }
  return text
}

/** A list of texts as an array, object or scalar (RFC 6570 as OpenAPI, "Style Values", uses it). */
function fromList(list: readonly string[], reading: Reading, explode: boolean, pair: string): unknown {
  if (reading.kind === 'array') {
    const items = reading.items
    return list.map((text) => (items === null ? text : scalarOf(text, items)))
  }
  const object: Record<string, unknown> = {}
  if (explode) {
    for (const text of list) {
      const at = text.indexOf(pair)
      if (at < 0 || !set(object, text.slice(0, at), text.slice(at + pair.length), reading)) return UNREADABLE
    }
    return object
  }
  if (list.length % 2 === 1) return UNREADABLE
  for (let at = 0; at < list.length; at += 2)
    if (!set(object, list[at] ?? '', list[at + 1] ?? '', reading)) return UNREADABLE
  return object
}

/** @returns false where the member is there already */
export function set(object: Record<string, unknown>, name: string, text: string, reading: Reading): boolean {
  if (Object.hasOwn(object, name)) return false
  const member = reading.members?.get(name)
  const value = member === undefined ? text : scalarOf(text, member)
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
  return true
}

/** A parameter of the path or a header: one text. */
export function fromText(text: string, parameter: Parameter): unknown {
  const { style, explode, shape, name } = parameter
  const { reading } = shape
  if (style === 'simple')
    return reading.kind === 'scalar' ? scalarOf(text, reading) : fromList(split(text, ','), reading, explode, '=')
  if (style === 'label') {
    if (!text.startsWith('.')) return UNREADABLE
    const rest = text.slice(1)
    return reading.kind === 'scalar'
      ? scalarOf(rest, reading)
      : fromList(split(rest, explode ? '.' : ','), reading, explode, '=')
  }
  if (style !== 'matrix' || !text.startsWith(';')) return UNREADABLE
  const rest = text.slice(1)
  if (reading.kind !== 'scalar' && explode) {
    const list = rest.split(';')
    if (reading.kind === 'object') return fromList(list, reading, true, '=')
    if (!list.every((item) => item.startsWith(`${name}=`))) return UNREADABLE
    return fromList(
      list.map((item) => item.slice(name.length + 1)),
      reading,
      false,
      '=',
    )
  }
  if (!rest.startsWith(`${name}=`)) return UNREADABLE
  const value = rest.slice(name.length + 1)
  return reading.kind === 'scalar' ? scalarOf(value, reading) : fromList(split(value, ','), reading, false, '=')
}

const DELIMITERS: Readonly<Record<string, string>> = { form: ',', spaceDelimited: ' ', pipeDelimited: '|' }

/** A parameter of the query or a cookie: as often as its name came. */
export function fromTexts(texts: readonly string[], { style, explode, shape }: Parameter): unknown {
  const { reading } = shape
  const [first = ''] = texts
  if (reading.kind === 'array' && explode && style === 'form') return fromList(texts, reading, false, '=')
  if (texts.length > 1) return UNREADABLE
  return reading.kind === 'scalar'
    ? scalarOf(first, reading)
    : fromList(split(first, DELIMITERS[style] ?? ','), reading, false, '=')
}

const split = (text: string, delimiter: string): string[] => (text === '' ? [] : text.split(delimiter))
