import { InspectionException, RuleException } from '@holdfast/http-guard'
import type { BlockedRequest, Found, FoundRule } from '../blocked/request.ts'
import { patternOf } from './path.ts'
import type { Scope } from './scope.ts'

/** The exception that lets this finding through, or why there is none. */
export type Proposal =
  | { readonly exception: Scope; readonly whyNot: null }
  | { readonly exception: null; readonly whyNot: string }

const no = (whyNot: string): Proposal => ({ exception: null, whyNot })

/** The narrowest: this operation, this place, this name, this detector, this class. */
export function proposeFinding(request: BlockedRequest, finding: Found): Proposal {
  const { kind, place, name, by, class: kindOfAttack, inName } = finding
  if (kind === 'ambiguity')
    return no('Two programs may read this request in two ways: what one of them checks is not what the other one gets.')
  // As an exception it would be more than what was found.
  if (name.split('/').includes('*')) return no('The name is the sign for all places of a list.')
  if (name.length >= 160) return no('The name is told in part only.')
  const operation = operationOf(request, place === 'path')
  if (operation === null) return no('The path is not one that a pattern can name.')
  const scope = {
    operation,
    place,
    // The place in a list is chance.
    name: place === 'body' && !inName ? name.replaceAll(/\/\d{1,9}(?=\/|$)/g, '/*') : name,
    by,
    ...(kindOfAttack !== '' && { class: kindOfAttack }),
  }
  const checked = InspectionException.safeParse(scope)
  return checked.success ? { exception: scope as Scope, whyNot: null } : no('The finding is not told in full.')
}

/** Variables of which one value can be named, and those that are one value. */
const named: ReadonlySet<string> = new Set([
  'ARGS',
  'ARGS_GET',
  'ARGS_POST',
  'REQUEST_HEADERS',
  'REQUEST_COOKIES',
  'RESPONSE_HEADERS',
  'FILES',
])
const single: ReadonlySet<string> = new Set([
  'QUERY_STRING',
  'REQUEST_BASENAME',
  'REQUEST_BODY',
  'REQUEST_FILENAME',
  'REQUEST_URI',
  'REQUEST_URI_RAW',
  'RESPONSE_BODY',
])
/** What says where a message ends, for whom it is, and how its body is read. */
const framing =
  /^REQUEST_HEADERS:(?:content-length|transfer-encoding|content-type|content-encoding|connection|host|te|upgrade|expect)$/i

export function proposeRule(request: BlockedRequest, { id, variable }: FoundRule): Proposal {
  if (request.code === 'request_ambiguous')
    return no('The request could not be read to its end: what the rules did not see is not known.')
  const collection = variable.split(':', 1)[0] ?? ''
  if (framing.test(variable)) return no('The field says how the request is read.')
  const isNamed = named.has(collection) && variable.length > collection.length + 1
  if (!isNamed && !single.has(variable))
    return no('The rule sums up what others found, or looks at no single value: except what those found.')
  const operation = operationOf(request, /^REQUEST_(?:URI|FILENAME|BASENAME)/.test(variable))
  if (operation === null) return no('The path is not one that a pattern can name.')
  const scope = { operation, rule: id, variable }
  return RuleException.safeParse(scope).success
    ? { exception: scope, whyNot: null }
    : no('The variable has a name that a rule cannot name.')
}

/** As the API's document calls it; else the path with its ids as parameters. What was found in a path holds for that path alone. */
function operationOf({ operation, method, path }: BlockedRequest, exact: boolean): string | null {
  if (operation !== null) return operation
  if (method === null || path === null) return null
  const pattern = patternOf(path, exact)
  return pattern === null ? null : `${method} ${pattern}`
}
