import { copyOf } from './copy.ts'

/** Remembers at most so many answers by text: the ones asked for last, roughly. Two halves; when one is full, the older is forgotten. */
export class Memory<Value> {
  readonly #half: number
  #young: Map<string, Value> = new Map()
  #old: Map<string, Value> = new Map()

  constructor(most: number) {
    this.#half = Math.floor(most / 2)
  }

  get(text: string): Value | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old !== undefined) this.set(text, old)
    return old
  }

  set(text: string, value: Value): void {
    if (this.#half === 0) return
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(copyOf(text), value)
  }
}
