/** Where something stands in a text: lines and columns count from 1, offsets from 0. */
export interface JsonPlace {
  readonly line: number
  readonly column: number
  readonly offset: number
}

export type JsonRead =
  | { readonly ok: true; readonly value: unknown; readonly places: ReadonlyMap<string, JsonPlace> }
  | { readonly ok: false; readonly message: string; readonly place: JsonPlace }

/**
 * Reads JSON (RFC 8259) and remembers where each member begins, by its JSON pointer (RFC 6901): for whoever must be shown the line at
 * which something is wrong. A name that comes twice is an error here: which of them counts depends on the reader.
 */
export function readJson(text: string): JsonRead {
  const reader = new Reader(text)
  try {
    const value = reader.document()
    return { ok: true, value, places: reader.places }
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error
    return { ok: false, message: error.message, place: placeAt(text, error.offset) }
  }
}

/** Where a pointer stands, or the nearest of its parents that does. */
export function placeOf(places: ReadonlyMap<string, JsonPlace>, pointer: string): JsonPlace | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at)
    if (place !== undefined) return place
  }
  return places.get('')
}

class JsonMistake extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

const DEEPEST = 500
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy
const STRING = /"(?:[^"\\\p{Cc}\u{7F}]|\u{7F}|[\u{80}-\u{9F}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const BLANK = /[ \t\n\r]*/uy

class Reader {
  readonly places = new Map<string, JsonPlace>()
  readonly #text: string
  #at = 0
  #line = 1
  #lineStart = 0
  #lineEnd: number

  constructor(text: string) {
    this.#text = text
    this.#lineEnd = this.#endFrom(0)
  }

  document(): unknown {
    this.#blank()
    this.#mark('')
    const value = this.#value('', 0)
    this.#blank()
    if (this.#at < this.#text.length) this.#fail('there is more behind the end')
    return value
  }

  #value(pointer: string, depth: number): unknown {
    if (depth > DEEPEST) this.#fail(`deeper than ${DEEPEST} levels`)
    const next = this.#text[this.#at]
    if (next === '{') return this.#object(pointer, depth)
    if (next === '[') return this.#list(pointer, depth)
    if (next === '"') return this.#string()
    const scalar = this.#take(SCALAR)
    if (scalar === null) this.#fail(next === undefined ? 'it ends too early' : 'a value is needed here')
    return JSON.parse(scalar)
  }

  #object(pointer: string, depth: number): Record<string, unknown> {
    const found: [string, unknown][] = []
    const seen = new Set<string>()
    this.#at += 1
    this.#blank()
    if (this.#skip('}')) return {}
    do {
      this.#blank()
      if (this.#text[this.#at] !== '"') this.#fail('a name in quotes is needed here')
      const place = this.#here()
      const name = this.#string()
      if (seen.has(name)) this.#fail(`the name ${JSON.stringify(name)} comes twice`, place.offset)
      seen.add(name)
      const own = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      this.places.set(own, place)
      this.#blank()
      if (!this.#skip(':')) this.#fail('a colon is needed here')
      this.#blank()
      found.push([name, this.#value(own, depth + 1)])
      this.#blank()
    } while (this.#skip(','))
    if (!this.#skip('}')) this.#fail('a comma or } is needed here')
    return Object.fromEntries(found)
  }

  #list(pointer: string, depth: number): unknown[] {
    const found: unknown[] = []
    this.#at += 1
    this.#blank()
    if (this.#skip(']')) return found
    do {
      this.#blank()
      const own = `${pointer}/${found.length}`
      this.#mark(own)
      found.push(this.#value(own, depth + 1))
      this.#blank()
    } while (this.#skip(','))
    if (!this.#skip(']')) this.#fail('a comma or ] is needed here')
    return found
  }

  #string(): string {
    const text = this.#take(STRING)
    if (text === null) this.#fail('this string is not closed, or holds what must be escaped')
    return JSON.parse(text) as string
  }

  #blank(): void {
    this.#take(BLANK)
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }

  #mark(pointer: string): void {
    this.places.set(pointer, this.#here())
  }

  /** Lines are counted once, on the way: asked for from the front to the back. */
  #here(): JsonPlace {
    while (this.#lineEnd < this.#at) {
      this.#line += 1
      this.#lineStart = this.#lineEnd + 1
      this.#lineEnd = this.#endFrom(this.#lineStart)
    }
    return { line: this.#line, column: this.#at - this.#lineStart + 1, offset: this.#at }
  }

  #endFrom(start: number): number {
    const end = this.#text.indexOf('\n', start)
    return end === -1 ? this.#text.length : end
  }

  #fail(message: string, offset = this.#at): never {
    throw new JsonMistake(message, offset)
  }
}

function placeAt(text: string, offset: number): JsonPlace {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset }
}
