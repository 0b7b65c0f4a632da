import { scrub, scrubText } from '@holdfast/events'

/**
 * Lines of text that are looked at together: a private key has about thirty, and its first and last line belong
 * together.
 */
const mostTogether = 200
/** Levels and values of one line of JSON; of what has more the text is scrubbed as it stands. */
const bounds = { depth: 64, values: 1_000_000 }

/**
 * Scrubs lines as they come: those of JSON field by field, others as text. What has no secret comes out as it went
 * in, byte for byte.
 */
export class LineScrubber {
  readonly #write: (text: string) => void
  #text: string[] = []
  #inKey = false
  /** Lines that were changed. */
  changed = 0
  lines = 0
  /** How often something was replaced, by its kind. */
  readonly found: Map<string, number> = new Map()

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** One line with its line break, if it has one. */
  line(line: string): void {
    this.lines += 1
    const json = this.#inKey ? null : jsonOf(line)
    if (json !== null) {
      this.end()
      this.#tell(line, scrubJson(line, json))
      return
    }
    this.#text.push(line)
    if (line.includes('PRIVATE KEY-----') || line.includes('PRIVATE KEY BLOCK-----'))
      this.#inKey = line.includes('-----BEGIN ') && !line.includes('-----END ')
    if (!this.#inKey || this.#text.length >= mostTogether) this.end()
  }

  /** Writes what waits for the end of a key. */
  end(): void {
    if (this.#text.length === 0) return
    const text = this.#text.join('')
    this.#text = []
    this.#inKey = false
    this.#tell(text, scrubText(text))
  }

  #tell(before: string, after: string): void {
    if (after !== before) {
      this.changed += before.trimEnd().split('\n').length
      const known = kindsIn(before)
      for (const [kind, count] of kindsIn(after)) {
        const more = count - (known.get(kind) ?? 0)
        if (more > 0) this.found.set(kind, (this.found.get(kind) ?? 0) + more)
      }
    }
    this.#write(after)
  }
}

function jsonOf(line: string): unknown {
  if (!/^\s*[[{]/.test(line)) return null
  try {
    return JSON.parse(line) as unknown
  } catch {
    return null
  }
}

function scrubJson(line: string, json: unknown): string {
  const scrubbed = JSON.stringify(scrub(json, { ...bounds, text: line.length + 64 }))
  // Unchanged, the line is kept as it was written; numbers that JavaScript cannot hold are then unchanged too.
  if (scrubbed === JSON.stringify(json)) return line
  if (scrubbed.includes('"[nested too deeply]"') || scrubbed.includes('"[omitted]"')) return scrubText(line)
  return scrubbed + /\r?\n?$/.exec(line)?.[0]
}

function kindsIn(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [, kind = ''] of text.matchAll(/\[redacted:([a-z-]+)/g)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
