import type { State } from '../run/state.ts'
import { C, COLLECTIONS } from './collections.ts'
import { LIVE, type Live } from './live.ts'

/** A name and a value; the name is '' where the variable has no parts. */
export type Named = readonly [key: string, value: string]

/** Where the values of a variable come from. */
export type Variable =
  /** What was sent: what rules think of it depends on the value alone, so it can be asked for all of them at once. */
  | { readonly kind: 'sent'; readonly collections: readonly number[] }
  | { readonly kind: 'live'; readonly read: Live }
  | { readonly kind: 'list'; readonly read: (state: State) => readonly Named[] }
  | { readonly kind: 'tx' }

const NOTHING: readonly Named[] = []

/** Collections that outlive the request. */
export const STORED: readonly string[] = ['GLOBAL', 'IP', 'RESOURCE', 'SESSION', 'USER']

function stored(name: string): Variable {
  return {
    kind: 'list',
    read({ stored, program }) {
      const open = stored.get(name)
      if (open === undefined) return NOTHING
      const now = program.clock()
      return [...open.variables].flatMap(([key, { value, expires }]) =>
        expires !== undefined && expires <= now ? [] : [[key, value] as const],
      )
    },
  }
}

function ruleParts({ rule }: State): readonly Named[] {
  if (rule === undefined) return NOTHING
  return [
    ['id', String(rule.id)],
    ['msg', rule.message],
    ['rev', rule.revision],
    ['severity', String(rule.severity ?? '')],
    ['ver', rule.version],
  ]
}

function list(read: (state: State) => readonly Named[]): Variable {
  return { kind: 'list', read }
}

function sent(...collections: number[]): Variable {
  return { kind: 'sent', collections }
}

/** Names that older rules use for the same. */
const OTHER_NAMES: readonly (readonly [string, Variable])[] = [
  ['ARGS', sent(C.ARGS_GET, C.ARGS_POST)],
  ['ARGS_NAMES', sent(C.ARGS_GET_NAMES, C.ARGS_POST_NAMES)],
  ['STREAM_INPUT_BODY', sent(C.REQUEST_BODY)],
  ['STREAM_OUTPUT_BODY', sent(C.RESPONSE_BODY)],
]

/** Of a web server that runs programs, or of a database of addresses: there is none here. */
const EMPTY = [
  'GEO',
  'PERF_ALL',
  'SCRIPT_BASENAME',
  'SCRIPT_FILENAME',
  'SCRIPT_GID',
  'SCRIPT_GROUPNAME',
  'SCRIPT_MODE',
].concat('SCRIPT_UID', 'SCRIPT_USERNAME', 'WEBSERVER_ERROR_LOG', 'SDBM_DELETE_ERROR')

/** By name in upper case. */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ...COLLECTIONS.map((name) => [name, sent(C[name])] as const),
  ...OTHER_NAMES,
  ...[...LIVE].map(([name, read]) => [name, { kind: 'live', read } as const] as const),
  ...STORED.map((name) => [name, stored(name)] as const),
  ...EMPTY.map((name) => [name, list(() => NOTHING)] as const),
  ['ENV', list(({ program, environment }) => [...program.environment, ...environment])],
  ['MATCHED_VARS', list(({ matched }) => matched.map(({ name, value }) => [name, value]))],
  ['MATCHED_VARS_NAMES', list(({ matched }) => matched.map(({ name }) => [name, name]))],
  ['RULE', list(ruleParts)],
  ['TX', { kind: 'tx' }],
])
