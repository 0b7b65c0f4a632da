import { SecLangError } from '../error.ts'
import type { Action, Place } from '../parse/syntax.ts'
import { macroOf } from '../run/macro.ts'
import type { State } from '../run/state.ts'
import type { TxNames } from '../run/tx.ts'
import { STORED } from '../target/variables.ts'
import { ctl, type Rules } from './ctl.ts'
import type { StoredVariable } from '../types.ts'
import type { Effect } from './link.ts'
import { deprecatevar, expirevar, setvar } from './setvar.ts'

/** @throws SecLangError action_invalid, variable_unknown */
export function effectOf({ name, value }: Action, names: TxNames, rules: Rules, place: Place): Effect {
  switch (name) {
    case 'setvar':
      return setvar(value, names, place)
    case 'expirevar':
      return expirevar(value, names, place)
    case 'deprecatevar':
      return deprecatevar(value, names, place)
    case 'ctl':
      return ctl(value, rules, place)
    case 'setenv':
      return setenv(value, names, place)
    case 'initcol':
      return initcol(value, names, place)
    case 'setsid':
      return owner('SESSION', 'SESSIONID', value, names, place)
    case 'setuid':
      return owner('USER', 'USERID', value, names, place)
    case 'setrsc':
      return owner('RESOURCE', 'RESOURCE', value, names, place)
    default:
      return sanitise(name.replace('sanitize', 'sanitise'), value)
  }
}

/** `name=value`; `!name` takes it away; `name` alone is 1. */
function setenv(text: string, names: TxNames, place: Place): Effect {
  const [name = '', value = '1'] = text.split(/=(.*)/s)
  const macro = macroOf(value, names, place)
  if (name.startsWith('!')) {
    return ({ environment }) => {
      environment.delete(name.slice(1))
    }
  }
  return (state) => {
    state.environment.set(name, macro.expand(state))
  }
}

/** `ip=%{REMOTE_ADDR}` */
function initcol(text: string, names: TxNames, place: Place): Effect {
  const [name = '', key = ''] = text.split(/=(.*)/s)
  const collection = name.trim().toUpperCase()
  if (!STORED.includes(collection))
    throw new SecLangError('action_invalid', `there is no collection ${name}`, place.file, place.line)
  const macro = macroOf(key.trim(), names, place)
  return (state) => open(state, collection, macro.expand(state))
}

function owner(collection: string, scalar: string, value: string, names: TxNames, place: Place): Effect {
  const macro = macroOf(value, names, place)
  return (state) => {
    const key = macro.expand(state)
    state.scalars.set(scalar, key)
    open(state, collection, key)
  }
}

/** A collection is opened once in a transaction. */
function open(state: State, collection: string, key: string): void {
  if (state.stored.has(collection)) return
  const { store, clock } = state.program
  const now = clock()
  const variables = store?.open(collection, key) ?? new Map<string, StoredVariable>()
  for (const [name, { expires }] of variables) if (expires !== undefined && expires <= now) variables.delete(name)
  state.stored.set(collection, { key, variables })
}

function sanitise(name: string, value: string): Effect {
  const [variable] =
    { sanitisearg: ['ARGS'], sanitiserequestheader: ['REQUEST_HEADERS'], sanitiseresponseheader: ['RESPONSE_HEADERS'] }[
      name
    ] ?? []
  return ({ sanitised, matchedName, limits }) => {
    const what = variable === undefined ? matchedName : `${variable}:${value}`
    if (sanitised.size < limits.matches) sanitised.add(what)
  }
}
