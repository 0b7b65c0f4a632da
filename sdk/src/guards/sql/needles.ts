import { bytesOf } from '@holdfast/detectors'
import { formsOf } from '../trace/forms.ts'
import type { Leaf, Leaves } from '../trace/leaves.ts'

/** What is looked for in queries: a form of a value, in UTF-8 and lower case (of ASCII), one character a byte. */
export interface Needle {
  readonly bytes: string
  readonly leaf: Leaf
  /** See `Forms`: in one literal it says nothing. */
  readonly isDerived: boolean
}

const made = new WeakMap<Leaves, readonly Needle[]>()

/** Made once for each list, when the first query asks that is not known. */
export function needlesOf(leaves: Leaves): readonly Needle[] {
  const known = made.get(leaves)
  if (known !== undefined) return known
  const byBytes = new Map<string, Needle>()
  const add = (leaf: Leaf, form: string, isDerived: boolean) => {
    const bytes = lower(bytesOf(form))
    // One character is everywhere. Quotes and backslashes alone bring no code along, and stand about any value that was escaped.
    if (bytes.length < 2 || !/[^'"`\\\s]/.test(bytes)) return
    const known = byBytes.get(bytes)
    if (known === undefined || (known.isDerived && !isDerived)) byBytes.set(bytes, { bytes, leaf, isDerived })
  }
  for (const leaf of leaves.list) {
    const { whole, derived } = formsOf(leaf.text)
    for (const form of whole) add(leaf, form, false)
    for (const form of derived) add(leaf, form, true)
  }
  const needles = [...byBytes.values()]
  made.set(leaves, needles)
  return needles
}

/** ASCII letters alone: bytes of other characters stay as they are. */
export function lower(bytes: string): string {
  return /[A-Z]/.test(bytes) ? bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : bytes
}

/** The pairs of bytes that stand beside each other in a text: a value that has another pair is not in it. */
export class Pairs {
  readonly #seen = new Uint32Array(65_536)
  #text = 0

  read(text: string): void {
    this.#text++
    for (let at = 1; at < text.length; at++) {
      this.#seen[(text.charCodeAt(at - 1) << 8) | text.charCodeAt(at)] = this.#text
    }
  }

  mayHold(value: string): boolean {
    for (let at = 1; at < value.length; at++) {
      if (this.#seen[(value.charCodeAt(at - 1) << 8) | value.charCodeAt(at)] !== this.#text) return false
    }
    return true
  }
}
