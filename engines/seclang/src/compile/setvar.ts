import { SecLangError } from '../error.ts'
import { integerOf } from '../operate/numbers.ts'
import type { Place } from '../parse/syntax.ts'
import { type Macro, macroOf } from '../run/macro.ts'
import type { State } from '../run/state.ts'
import { numberOf, type TxNames } from '../run/tx.ts'
import { STORED } from '../target/variables.ts'
import type { Effect } from './link.ts'

/** `tx.x=1`, `tx.x=+%{tx.y}`, `!tx.x`, `ip.x=-1`; without `=` it is 1. */
export function setvar(text: string, names: TxNames, place: Place): Effect {
  const found = /^(!?)(\w+)[.:]([^=]+?)\s*(?:=([+-]?)(.*))?$/s.exec(text.trim())
  const [, deleted = '', collection = '', name = '', sign = '', value = '1'] = found ?? []
  const upper = collection.toUpperCase()
  if (found === null || (upper !== 'TX' && !STORED.includes(upper)))
    throw new SecLangError('action_invalid', `setvar cannot be read: ${text}`, place.file, place.line)
  const key = macroOf(name.toLowerCase(), names, place)
  const change = changeOf(deleted !== '', sign, macroOf(value.trim(), names, place))
  if (upper !== 'TX') return (state) => setStored(state, upper, key.expand(state).toLowerCase(), change)
  if (key.constant === undefined) {
    return (state) => {
      const lower = key.expand(state).toLowerCase()
      state.tx.set(lower, change(state, state.tx.get(lower)), state.limits.matches)
    }
  }
  const slot = names.slot(key.constant)
  return (state) => {
    state.tx.values[slot] = change(state, state.tx.values[slot])
  }
}

type Change = (state: State, old: string | number | undefined) => string | number | undefined

function changeOf(deleted: boolean, sign: string, value: Macro): Change {
  if (deleted) return () => undefined
  if (sign === '+') return (state, old) => numberOf(old) + value.number(state)
  if (sign === '-') return (state, old) => numberOf(old) - value.number(state)
  const { constant } = value
  return constant === undefined ? (state) => value.expand(state) : () => constant
}

/** What requests wrote is kept for others: it must not fill the memory. */
const LONGEST = 1024

/** A collection that no `initcol` opened is not there. */
function setStored(state: State, collection: string, lower: string, change: Change): void {
  const open = state.stored.get(collection)
  if (open === undefined) return
  const old = open.variables.get(lower)
  const value = change(state, old?.value)
  if (value === undefined) open.variables.delete(lower)
  else if (old !== undefined || open.variables.size < state.limits.matches)
    open.variables.set(lower, { value: String(value).slice(0, LONGEST), expires: old?.expires ?? expiry(state) })
}

function expiry({ program }: State): number {
  return program.clock() + program.settings.collectionTimeout * 1000
}

/** `ip.x=60`: the variable is forgotten in so many seconds. */
export function expirevar(text: string, names: TxNames, place: Place): Effect {
  return stored(text, names, place, 'expirevar', (state, old, argument) => ({
    value: old.value,
    expires: state.program.clock() + integerOf(argument) * 1000,
  }))
}

/** `session.score=60/300`: 60 less each 300 seconds that passed since it was written last. */
export function deprecatevar(text: string, names: TxNames, place: Place): Effect {
  return stored(text, names, place, 'deprecatevar', (state, old, argument) => {
    const [amount = '0', period = '1'] = argument.split('/')
    const seconds = state.program.settings.collectionTimeout - ((old.expires ?? 0) - state.program.clock()) / 1000
    const steps = Math.max(0, Math.floor(seconds / Math.max(1, integerOf(period))))
    return { value: String(Math.max(0, integerOf(old.value) - steps * integerOf(amount))), expires: old.expires }
  })
}

type Stored = { readonly value: string; readonly expires?: number | undefined }

function stored(
  text: string,
  names: TxNames,
  place: Place,
  action: string,
  change: (state: State, old: Stored, argument: string) => Stored,
): Effect {
  const found = /^(\w+)[.:]([^=]+?)\s*=(.*)$/s.exec(text.trim())
  if (found === null)
    throw new SecLangError('action_invalid', `${action} cannot be read: ${text}`, place.file, place.line)
  const [, collection = '', name = '', value = ''] = found
  const key = macroOf(name, names, place)
  const argument = macroOf(value.trim(), names, place)
  return (state) => {
    const open = state.stored.get(collection.toUpperCase())
    const lower = key.expand(state).toLowerCase()
    const old = open?.variables.get(lower)
    if (open === undefined || old === undefined) return
    open.variables.set(lower, change(state, old, argument.expand(state)))
  }
}
