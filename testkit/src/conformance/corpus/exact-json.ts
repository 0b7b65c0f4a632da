/** JSON in which integers that a number does not hold exactly become BigInt. */
export function parseExactJson(text: string): unknown {
  if (!/[0-9]{16}/.test(text)) return JSON.parse(text) as unknown
  return JSON.parse(text, exact) as unknown
}

/** The source text of a number comes as the third argument (ECMAScript 2026, in Node since 21). */
function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?[0-9]+$/.test(source) ? BigInt(source) : value
}
