import type { Plan } from '../api/types.ts'

/**
 * Takes the members out of a JSON text that its schema does not know; all else stays as it is written, numbers of any length too.
 * @param text that has been read as JSON
 * @returns the names of what was taken out, each once, and the text without it
 */
export function maskJson(text: string, plan: Plan): { readonly text: string; readonly removed: readonly string[] } {
  const masker = new Masker(text)
  masker.value(plan)
  return { text: masker.written(), removed: [...masker.removed] }
}

/** Where the schema knows no object, none of its members is known. */
const NOTHING: Plan = { text: null, members: null, rest: null, items: null, proven: true }

class Masker {
  readonly removed = new Set<string>()
  readonly #text: string
  readonly #kept: string[] = []
  #at = 0
  #from = 0

  constructor(text: string) {
    this.#text = text
  }

  written(): string {
    return this.#kept.join('') + this.#text.slice(this.#from)
  }

  /** @param plan null for what is kept whole */
  value(plan: Plan | null): void {
    const code = this.#blank()
    if (code === 0x7b) this.#object(plan)
    else if (code === 0x5b) this.#array(plan)
    else if (code === 0x22) this.#string()
    else while (this.#at < this.#text.length && !/[,\]}\s]/.test(this.#text[this.#at] as string)) this.#at++
  }

  #object(plan: Plan | null): void {
    this.#at++
    let isFirst = true
    while (this.#blank() !== 0x7d) {
      const start = this.#at
      if (!isFirst) this.#at++
      this.#blank()
      const nameAt = this.#at
      this.#string()
      const name = JSON.parse(this.#text.slice(nameAt, this.#at)) as string
      this.#blank()
      this.#at++
      const known = plan?.members?.get(name)
      const below = plan === null ? null : (known ?? plan.rest)
      const gone = plan !== null && below === null
      if (gone) this.#kept.push(this.#text.slice(this.#from, start))
      this.value(gone ? null : below)
      if (!gone) {
        isFirst = false
        continue
      }
      this.removed.add(name)
      if (isFirst && this.#blank() === 0x2c) this.#at++
      this.#from = this.#at
    }
    this.#at++
  }

  #array(plan: Plan | null): void {
    this.#at++
    while (this.#blank() !== 0x5d) {
      if (this.#text[this.#at] === ',') this.#at++
      this.value(plan === null ? null : (plan.items ?? NOTHING))
    }
    this.#at++
  }

  #string(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) if (this.#text[this.#at] === '\\') this.#at++
    this.#at++
  }

  #blank(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.#at++
    }
  }
}
