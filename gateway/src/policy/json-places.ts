/** Where a value stands in a text: from its first character to behind its last. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Finds values in a text that has been read as JSON already, so that all around them stays as it is written. */
export class JsonPlaces {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  /** @param pointer RFC 6901, of members only. @returns null where there is no such value */
  find(pointer: string): Span | null {
    let span: Span | null = this.whole()
    for (const step of pointer.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      span = this.members(span)?.get(name) ?? null
      if (span === null) return null
    }
    return span
  }

  /** @returns null where it is no object */
  members({ from }: Span): ReadonlyMap<string, Span> | null {
    this.at = from
    if (this.text[from] !== '{') return null
    const found = new Map<string, Span>()
    this.at++
    while (this.blank() !== 0x7d) {
      if (this.text[this.at] === ',') this.at++
      this.blank()
      const name = JSON.parse(this.slice(this.value())) as string
      this.blank()
      this.at++
      found.set(name, this.value())
    }
    return found
  }

  /** @returns null where it is no list */
  items({ from }: Span): readonly Span[] | null {
    this.at = from
    if (this.text[from] !== '[') return null
    const found: Span[] = []
    this.at++
    while (this.blank() !== 0x5d) {
      if (this.text[this.at] === ',') this.at++
      found.push(this.value())
    }
    return found
  }

  slice({ from, to }: Span): string {
    return this.text.slice(from, to)
  }

  private whole(): Span {
    this.at = 0
    return this.value()
  }

  private value(): Span {
    const code = this.blank()
    const from = this.at
    if (code === 0x22) this.string()
    else if (code === 0x7b || code === 0x5b) this.nested()
    else while (this.at < this.text.length && !/[,\]}\s]/.test(this.text[this.at] as string)) this.at++
    return { from, to: this.at }
  }

  /** Brackets are in pairs, and those in texts are skipped with them. */
  private nested(): void {
    let depth = 0
    do {
      const code = this.text.charCodeAt(this.at)
      if (code === 0x22) {
        this.string()
        continue
      }
      if (code === 0x7b || code === 0x5b) depth++
      else if (code === 0x7d || code === 0x5d) depth--
      this.at++
    } while (depth > 0)
  }

  private string(): void {
    for (this.at++; this.text[this.at] !== '"'; this.at++) if (this.text[this.at] === '\\') this.at++
    this.at++
  }

  private blank(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.at++
    }
  }
}
