import { copyOf } from './copy.ts'

/** How much several memories may hold together. When half of it is used, what was not asked for since the last time is forgotten. */
export class Budget {
  readonly #half: number
  #used = 0
  #turn = 0

  /** @param most texts in all memories */
  constructor(most: number) {
    this.#half = Math.floor(most / 2)
  }

  get turn(): number {
    return this.#turn
  }

  /** @returns false where nothing may be held at all */
  spend(): boolean {
    if (this.#used >= this.#half) {
      this.#used = 0
      this.#turn++
    }
    this.#used++
    return this.#half > 0
  }
}

/** Answers by text. */
export class Memory<Value> {
  readonly #budget: Budget
  #turn: number
  #young: Map<string, Value> = new Map()
  #old: Map<string, Value> = new Map()

  constructor(budget: Budget) {
    this.#budget = budget
    this.#turn = budget.turn
  }

  get(text: string): Value | undefined {
    if (this.#turn !== this.#budget.turn) this.#age()
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old !== undefined) this.set(text, old)
    return old
  }

  set(text: string, value: Value): void {
    if (!this.#budget.spend()) return
    if (this.#turn !== this.#budget.turn) this.#age()
    this.#young.set(copyOf(text), value)
  }

  #age(): void {
    const { turn } = this.#budget
    this.#old = turn === this.#turn + 1 ? this.#young : new Map()
    this.#young = new Map()
    this.#turn = turn
  }
}
