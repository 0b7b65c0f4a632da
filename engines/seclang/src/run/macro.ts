import { integerOf } from '../operate/numbers.ts'
import type { Place } from '../parse/syntax.ts'
import { readerOf } from '../target/read.ts'
import type { State } from './state.ts'
import { numberOf, type TxNames } from './tx.ts'

/** A text with `%{...}` in it, compiled. */
export interface Macro {
  /** The text itself, where it holds no macro. */
  readonly constant: string | undefined
  expand(state: State): string
  /** As a number, as C's atoi reads it. */
  number(state: State): number
}

/** @throws SecLangError variable_unknown */
export function macroOf(text: string, names: TxNames, place: Place): Macro {
  const parts = [...text.matchAll(/%\{([^{}]+)\}|%(?!\{)|[^%]+|%/g)].map(([whole, name]) =>
    name === undefined ? whole : partOf(name, names, place),
  )
  const [only] = parts
  if (parts.every((part) => typeof part === 'string')) return constantMacro(parts.join(''))
  if (parts.length === 1 && typeof only === 'object') return only
  const expand = (state: State) => {
    let out = ''
    for (const part of parts) out += typeof part === 'string' ? part : part.expand(state)
    return out
  }
  return { constant: undefined, expand, number: (state) => integerOf(expand(state)) }
}

function constantMacro(text: string): Macro {
  const number = integerOf(text)
  return { constant: text, expand: () => text, number: () => number }
}

function partOf(name: string, names: TxNames, place: Place): Macro {
  const divider = name.search(/[.:]/)
  const variable = (divider < 0 ? name : name.slice(0, divider)).trim().toUpperCase()
  const key = divider < 0 ? undefined : name.slice(divider + 1).trim()
  if (variable === 'TX' && key !== undefined) {
    const slot = names.slot(key)
    return {
      constant: undefined,
      expand: ({ tx }) => String(tx.values[slot] ?? ''),
      number: ({ tx }) => numberOf(tx.values[slot]),
    }
  }
  const read = readerOf(variable, key, place)
  return {
    constant: undefined,
    expand: (state) => read(state) ?? '',
    number: (state) => integerOf(read(state) ?? ''),
  }
}
