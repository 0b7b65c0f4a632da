/** As C's atoi: leading blanks, a sign, digits; 0 where there are none. */
export function integerOf(text: string): number {
  let at = 0
  while (at < text.length && isBlank(text.charCodeAt(at))) at++
  const sign = text.charCodeAt(at) === 45 ? -1 : 1
  if (sign < 0 || text.charCodeAt(at) === 43) at++
  let value = 0
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    if (value > Number.MAX_SAFE_INTEGER) return sign * Number.MAX_SAFE_INTEGER
  }
  return value === 0 ? 0 : sign * value
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

/** The comparisons of numbers, by the name of their operator. */
export const COMPARISONS: ReadonlyMap<string, (value: number, argument: number) => boolean> = new Map([
  ['eq', (value: number, argument: number) => value === argument],
  ['ge', (value: number, argument: number) => value >= argument],
  ['gt', (value: number, argument: number) => value > argument],
  ['le', (value: number, argument: number) => value <= argument],
  ['lt', (value: number, argument: number) => value < argument],
])
