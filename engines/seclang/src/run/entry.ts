import { type Chain, Forms } from '../transform/chain.ts'

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
  #forms: Forms | undefined

  /** @param forms what was made of the value already */
  constructor(key: string, lower: string, value: string, info: Info, forms: Forms | undefined) {
    this.key = key
    this.lower = lower
    this.value = value
    this.info = info
    this.#forms = forms
  }

  get forms(): Forms {
    return (this.#forms ??= new Forms(this.value))
  }

  /** The value after these transformations. */
  form(chain: Chain): string {
    return chain.before === undefined ? this.value : this.forms.of(chain)
  }
}
