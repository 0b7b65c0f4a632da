/** A text that came with the request, and where it stood. */
export interface Leaf {
  readonly place: Place
  /** The parameter, header or cookie; in bodies a path: `items.0.name`. */
  readonly name: string
  readonly text: string
}

export type Place = 'path' | 'query' | 'header' | 'cookie' | 'parameter' | 'body' | 'given'

/** What is kept of one request. More than an application reads; who sends more has its new queries refused. */
const MOST_LEAVES = 50_000
const MOST_CHARACTERS = 8 * 1024 * 1024
const MOST_DEPTH = 100

/** Collects leaves, up to the limits. */
export class Leaves {
  readonly list: Leaf[] = []
  /** Not all of the request is here. */
  incomplete = false
  #characters = 0

  add(place: Place, name: string, text: string): void {
    if (text.length < 2) return
    this.#characters += text.length
    if (this.list.length >= MOST_LEAVES || this.#characters > MOST_CHARACTERS) this.incomplete = true
    else this.list.push({ place, name, text })
  }

  /** All texts in a value, the names of its members too: they are the client's as well. Never calls a getter twice. */
  walk(place: Place, name: string, value: unknown): void {
    const seen = new Set<object>()
    const waiting: { name: string; value: unknown; depth: number }[] = [{ name, value, depth: 0 }]
    for (let next = waiting.pop(); next !== undefined && !this.incomplete; next = waiting.pop()) {
      const { name, value, depth } = next
      if (typeof value === 'string') this.#text(place, name, value)
      if (typeof value !== 'object' || value === null || seen.has(value) || isBinary(value)) continue
      seen.add(value)
      if (depth >= MOST_DEPTH) this.incomplete = true
      else
        for (const [key, member] of this.#members(place, name, value)) {
          waiting.push({ name: name === '' ? key : `${name}.${key}`, value: member, depth: depth + 1 })
        }
    }
  }

  #members(place: Place, name: string, value: object): Iterable<readonly [string, unknown]> {
    if (Array.isArray(value)) {
      const whole = value.every((item) => typeof item !== 'object') ? value.join(',') : ''
      // As String(list) writes it: what is meant to be one value may come as several.
      if (value.length > 1) this.add(place, name, whole)
      return value.map((item, at) => [String(at), item] as const)
    }
    const members: Iterable<readonly [unknown, unknown]> =
      value instanceof Map || isForm(value) ? value.entries() : Object.entries(value)
    return Array.from(members, ([key, member]) => {
      this.add(place, name, String(key))
      return [String(key), member] as const
    })
  }

  /** JSON in a text is read as the application may read it. */
  #text(place: Place, name: string, text: string): void {
    this.add(place, name, text)
    if (!/^\s*[[{"]/.test(text)) return
    try {
      const value: unknown = JSON.parse(text)
      if (value !== text) this.walk(place, name, value)
    } catch {
      // It is no JSON.
    }
  }
}

function isForm(value: object): value is FormData | URLSearchParams {
  return value instanceof FormData || value instanceof URLSearchParams
}

function isBinary(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Blob
}
