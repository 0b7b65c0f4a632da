import type { Chain } from '../transform/chain.ts'

/** What is known of a value under the rules that look at its place. */
export interface Info {
  /** A bit for each link: 0 says that it does not match this value, 1 that it must be asked. A no that was heard is kept. */
  readonly bits: Int32Array
  /** No bit is set. */
  readonly idle: boolean
}

/** One value of a request. */
export class Entry {
  readonly key: string
  readonly lower: string
  readonly value: string
  readonly info: Info
  #forms: (string | undefined)[] | undefined

  constructor(key: string, lower: string, value: string, info: Info) {
    this.key = key
    this.lower = lower
    this.value = value
    this.info = info
  }

  /** The value after these transformations; each chain is run once. */
  form(chain: Chain): string {
    if (chain.names.length === 0) return this.value
    this.#forms ??= []
    return (this.#forms[chain.number] ??= chain.apply(this.value))
  }
}
