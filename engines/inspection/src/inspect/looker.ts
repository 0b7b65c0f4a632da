import { bytesOf, type Bytes, inspect } from '@holdfast/detectors'
import type { Look, Plan } from '../api/types.ts'
import type { Place } from '../types.ts'
import type { Ledger } from '../verdict/ledger.ts'
import { escapeStep } from '../api/document.ts'
import type { Remembered } from './remembered.ts'

export interface Counts {
  read: number
  proven: number
  inspected: number
}

/** Asks detectors about the values of one request. */
export class Looker {
  readonly counts: Counts = { read: 0, proven: 0, inspected: 0 }
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** @param form whether `+` may be a blank */
  value(bytes: Bytes, look: Look | null, place: Place, name: string, form: boolean): boolean {
    this.counts.read++
    if (look === null) {
      this.counts.proven++
      return true
    }
    return this.#ask(bytes, look, place, name, form, false)
  }

  /** The same values come with every request of a client: what was found clean is not asked again. */
  remembered(bytes: Bytes, look: Look, place: Place, name: string, memory: Remembered): void {
    this.counts.read++
    if (memory.has(look, bytes)) return
    if (this.#ask(bytes, look, place, name, false, false)) memory.add(look, bytes)
  }

  /** A name that the client chose. */
  name(bytes: Bytes, look: Look, place: Place, name: string): void {
    this.#ask(bytes, look, place, name, true, true)
  }

  /** @returns whether nothing was found, not even what an exception lets through: that holds here and not everywhere */
  #ask(bytes: Bytes, look: Look, place: Place, name: string, form: boolean, inName: boolean): boolean {
    this.counts.inspected++
    let ignored = false
    const ignore = (by: string, kind: string): boolean => {
      const exempt = this.#ledger.isExempt({ place, name, inName, by, class: kind })
      ignored ||= exempt
      return exempt
    }
    const hit = inspect(bytes, { detectors: look.detectors, place: { form, base64: look.base64 }, ignore })
    if (hit === null) return !ignored
    const { detector, class: kind, context, decoding, why, evidence, start } = hit
    this.#ledger.add({
      kind: 'attack',
      code: 'attack_detected',
      place,
      name,
      inName,
      decoding,
      by: detector,
      class: kind,
      context,
      why,
      evidence,
      arrived: decoding.length === 0 ? from(bytes, start - BEFORE) : bytes,
    })
    return false
  }

  /** All texts of a JSON value; names as well where the schema does not know them. */
  tree(value: unknown, plan: Plan, free: Look, place: Place): void {
    this.#walk(value, plan, free, place, [])
  }

  #walk(value: unknown, plan: Plan, free: Look, place: Place, steps: (string | number)[]): void {
    if (typeof value === 'string') {
      if (plan.text === null) {
        this.counts.read++
        this.counts.proven++
      } else if (!this.#isPlain(value)) this.value(bytesOf(value), plan.text, place, pointer(steps), false)
      return
    }
    if (typeof value !== 'object' || value === null) {
      this.counts.read++
      this.counts.proven++
      return
    }
    if (plan.proven) return
    const depth = steps.length
    if (Array.isArray(value)) {
      const { items } = plan
      if (items === null || items.proven) return
      for (let n = 0; n < value.length; n++) {
        steps[depth] = n
        this.#walk(value[n], items, free, place, steps)
      }
    } else {
      const members = value as Readonly<Record<string, unknown>>
      for (const name of Object.keys(members)) {
        const known = plan.members?.get(name)
        const below = known ?? plan.rest
        steps[depth] = name
        if (known === undefined && !WORD.test(name)) this.name(bytesOf(name), free, place, pointer(steps))
        else if (known === undefined && SPECIAL.has(name)) this.name(steps.join('.'), free, place, pointer(steps))
        if (below !== null) this.#walk(members[name], below, free, place, steps)
      }
    }
    steps.length = depth
  }

  #isPlain(value: string): boolean {
    if (value.length > 64 || !WORD.test(value)) return false
    this.counts.read++
    this.counts.inspected++
    return true
  }
}

/** Bytes before the evidence that are told with it: enough to see whether it is one sentence with them. */
const BEFORE = 40

/** From some byte on, but from no byte within a character of UTF-8. */
function from(bytes: Bytes, start: number): Bytes {
  let at = Math.max(0, start)
  while (at > 0 && (bytes.charCodeAt(at) & 0xc0) === 0x80) at++
  return bytes.slice(at)
}

/** Words of letters and blanks are no attack in any language that is read here: no detector needs to be asked. */
const WORD = /^[A-Za-z]*$/
const SPECIAL: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function pointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${typeof step === 'number' ? step : escapeStep(step)}`).join('')
}
