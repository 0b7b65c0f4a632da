/** Code points: pairs of first and last, in order, none touching the next. */
export type Ranges = readonly (readonly [first: number, last: number])[]

const LAST = 0x10_ff_ff

export function unite(ranges: Ranges): Ranges {
  const united: [number, number][] = []
  for (const [first, last] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const before = united.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else united.push([first, last])
  }
  return united
}

export function invert(ranges: Ranges): Ranges {
  const inverted: [number, number][] = []
  let next = 0
  for (const [first, last] of unite(ranges)) {
    if (first > next) inverted.push([next, first - 1])
    next = last + 1
  }
  if (next <= LAST) inverted.push([next, LAST])
  return inverted
}

const of = (...texts: readonly string[]): Ranges =>
  texts.map((text) => [text.codePointAt(0) ?? 0, Array.from(text).at(-1)?.codePointAt(0) ?? 0])

/** ECMA-262, 22.2.2.9: CharacterClassEscape, without flags. */
export const DIGITS: Ranges = of('09')
export const WORD: Ranges = unite(of('09', 'AZ', '_', 'az'))
export const BLANKS: Ranges = unite(
  of('\t\r', ' ', '\u00a0', '\u1680', '\u2000\u200a', '\u2028\u2029', '\u202f', '\u205f', '\u3000', '\ufeff'),
)
export const LINE_ENDS: Ranges = unite(of('\n', '\r', '\u2028\u2029'))

const properties = new Map<string, Ranges>()

/** `\p{name}`, as the engine that runs us knows it: each code point is asked once. Undefined where there is no such property. */
export function property(name: string): Ranges | undefined {
  const known = properties.get(name)
  if (known !== undefined || !/^[A-Za-z_]+(?:=[A-Za-z_]+)?$/.test(name)) return known
  let pattern: RegExp
  try {
    pattern = new RegExp(`\\p{${name}}`, 'u')
  } catch {
    return undefined
  }
  const found: [number, number][] = []
  for (let point = 0; point <= LAST; point++) {
    if (!pattern.test(String.fromCodePoint(point))) continue
    const before = found.at(-1)
    if (before?.[1] === point - 1) before[1] = point
    else found.push([point, point])
  }
  properties.set(name, found)
  return found
}
