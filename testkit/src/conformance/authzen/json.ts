export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first of these members that is there. */
export function member(json: Json, ...names: readonly string[]): unknown {
  const name = names.find((each) => json[each] !== undefined && json[each] !== null)
  return name === undefined ? undefined : json[name]
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** `PhotoApp::User::"alice"`, as Cedar writes it; undefined when the text is nothing of that kind. */
export function readUidText(text: string): { readonly type: string; readonly id: string } | undefined {
  const [, type, id] = /^\s*((?:\w+::)*\w+)::("(?:[^"\\]|\\[^])*")\s*$/.exec(text) ?? []
  if (type === undefined || id === undefined) return undefined
  try {
    return { type, id: JSON.parse(id) as string }
  } catch {
    return undefined
  }
}

/** Each object of a value is given to `change`, from the inside out; what it returns stands in its place. */
export function rewrite(value: unknown, change: (object: Json) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change))
  if (!isObject(value)) return value
  return change(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewrite(inner, change)])))
}
