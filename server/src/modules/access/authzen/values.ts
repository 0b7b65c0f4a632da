type Json = Readonly<Record<string, unknown>>

/** `decimal` of Cedar: up to four digits behind the point, and 64 bits in all. */
const decimal = /^-?\d{1,14}\.\d{1,4}$/

/**
 * Properties as Cedar can read them. A member that is null is left out (section 11.5 of the specification). A number that is no
 * integer becomes a `decimal` where it is one, else its text, which no comparison of numbers takes: Cedar has no floating point,
 * and a value that is nearly right would decide wrongly.
 */
export function toCedar(properties: Json): Json {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => (value === null ? [] : [[name, valueOf(value)]])),
  )
}

function valueOf(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return fraction(String(value))
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(valueOf)
  return typeof value === 'object' && value !== null ? toCedar(value as Json) : value
}

function fraction(text: string): unknown {
  return decimal.test(text) ? { __extn: { fn: 'decimal', arg: text } } : text
}

/**
 * The parameters of an action as context: each by its name, and all of them as `action`, so that a policy says `context.soft` or
 * `context.action.soft`. What the context itself says comes first. Cedar's actions have no attributes of a request.
 */
export function contextOf(context: Json | undefined, action: { readonly properties?: Json | undefined }): Json {
  const given = toCedar(context ?? {})
  if (action.properties === undefined) return given
  const parameters = toCedar(action.properties)
  return { ...parameters, action: parameters, ...given }
}
