import { bytesOf } from '@holdfast/detectors'
import { LRUCache } from 'lru-cache'
import { formsOf } from '../trace/forms.ts'
import type { Leaf, Leaves } from '../trace/leaves.ts'

/** What is looked for in queries: a form of a value, in UTF-8 and lower case (of ASCII), one character a byte. */
interface Form {
  readonly bytes: string
  /** See `Forms`: in one literal it says nothing. */
  readonly isDerived: boolean
}

export interface Needle extends Form {
  readonly leaf: Leaf
}

const made = new WeakMap<Leaves, readonly Needle[]>()

/** Made once for each list, when the first query asks that is not known. */
export function needlesOf(leaves: Leaves): readonly Needle[] {
  const known = made.get(leaves)
  if (known !== undefined) return known
  const byBytes = new Map<string, Needle>()
  for (const leaf of leaves.list) {
    for (const form of searchedOf(leaf.text)) {
      const same = byBytes.get(form.bytes)
      if (same === undefined || (same.isDerived && !form.isDerived)) byBytes.set(form.bytes, { ...form, leaf })
    }
  }
  const needles = [...byBytes.values()]
  made.set(leaves, needles)
  return needles
}

/** Most of what browsers send is what they sent before. */
const remembered = new LRUCache<string, readonly Form[]>({
  maxSize: 4 * 1024 * 1024,
  sizeCalculation: (forms, text) => text.length + forms.reduce((sum, { bytes }) => sum + bytes.length + 64, 0),
})
const LONGEST = 1024

function searchedOf(text: string): readonly Form[] {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const { whole, derived } = formsOf(text)
  const forms: Form[] = []
  for (const form of whole) forms.push({ bytes: lower(bytesOf(form)), isDerived: false })
  for (const form of derived) forms.push({ bytes: lower(bytesOf(form)), isDerived: true })
  const searched = forms.filter(({ bytes }) => isSearched(bytes))
  if (text.length <= LONGEST) remembered.set(text, searched)
  return searched
}

/** One character is everywhere. Quotes and backslashes alone bring no code along, and stand about any value that was escaped. */
function isSearched(bytes: string): boolean {
  return bytes.length > 1 && /[^'"`\\\s]/.test(bytes)
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
