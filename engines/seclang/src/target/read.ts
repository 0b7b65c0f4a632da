import { SecLangError } from '../error.ts'
import type { Place } from '../parse/syntax.ts'
import type { State } from '../run/state.ts'
import { VARIABLES } from './variables.ts'

/**
 * Reads one value of a variable, for a macro: the first with this name, or the first at all.
 * @throws SecLangError variable_unknown
 */
export function readerOf(
  variable: string,
  key: string | undefined,
  place: Place,
): (state: State) => string | undefined {
  const source = VARIABLES.get(variable)
  if (source === undefined || source.kind === 'tx')
    throw new SecLangError('variable_unknown', `there is no variable ${variable}`, place.file, place.line)
  const lower = key?.toLowerCase()
  if (source.kind === 'live') return source.read
  if (source.kind === 'list') {
    return (state) => source.read(state).find(([name]) => lower === undefined || name.toLowerCase() === lower)?.[1]
  }
  return (state) => {
    for (const collection of source.collections) {
      for (const entry of state.entries[collection] ?? [])
        if (lower === undefined || entry.lower === lower) return entry.value
    }
    return undefined
  }
}
