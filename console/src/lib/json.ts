export type ParsedObject =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly message: string }

/** Reads what someone typed as a JSON object; an empty field is an empty object. */
export function parseObject(text: string): ParsedObject {
  if (text.trim() === '') return { ok: true, value: {} }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, message: error instanceof Error ? `Not JSON: ${error.message}` : 'Not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, message: 'An object is needed here: { "name": value }' }
  }
  return { ok: true, value: { ...value } }
}
