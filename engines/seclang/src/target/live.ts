import { type Moment, momentOf, twoDigits } from '../run/calendar.ts'
import { bytesOf } from '../run/bytes.ts'
import type { State } from '../run/state.ts'
import { C } from './collections.ts'

/** Reads what has one value, and is not part of the request as it was sent or changes while it runs. */
export type Live = (state: State) => string | undefined

const FLAGS = [
  'INBOUND_DATA_ERROR',
  'MSC_PCRE_ERROR',
  'MSC_PCRE_LIMITS_EXCEEDED',
  'MULTIPART_BOUNDARY_QUOTED',
  'MULTIPART_BOUNDARY_WHITESPACE',
  'MULTIPART_CRLF_LF_LINES',
  'MULTIPART_DATA_AFTER',
  'MULTIPART_DATA_BEFORE',
  'MULTIPART_FILE_LIMIT_EXCEEDED',
  'MULTIPART_HEADER_FOLDING',
  'MULTIPART_INVALID_HEADER_FOLDING',
  'MULTIPART_INVALID_PART',
  'MULTIPART_INVALID_QUOTING',
  'MULTIPART_LF_LINE',
  'MULTIPART_MISSING_SEMICOLON',
  'MULTIPART_SEMICOLON_MISSING',
  'MULTIPART_STRICT_ERROR',
  'MULTIPART_UNMATCHED_BOUNDARY',
  'OUTBOUND_DATA_ERROR',
  'REQBODY_ERROR',
  'REQBODY_PROCESSOR_ERROR',
  'URLENCODED_ERROR',
]

/** Set by the phases, empty before. */
const TEXTS = ['REQBODY_ERROR_MSG', 'REQBODY_PROCESSOR_ERROR_MSG', 'RESOURCE', 'SESSIONID', 'USERID', 'WEBAPPID']

/** Set once the response's head is there. */
const OF_RESPONSE = [
  'RESPONSE_STATUS',
  'RESPONSE_PROTOCOL',
  'RESPONSE_CONTENT_TYPE',
  'RESPONSE_CONTENT_LENGTH',
  'STATUS_LINE',
]

function time(format: (moment: Moment) => string): Live {
  return ({ program }) => format(momentOf(program.clock()))
}

function sizeOf(state: State, collections: readonly number[], withNames: boolean): string {
  let size = 0
  for (const collection of collections)
    for (const { key, value } of state.entries[collection] ?? []) size += value.length + (withNames ? key.length : 0)
  return String(size)
}

function fullRequest(state: State): string {
  const headers = (state.entries[C.REQUEST_HEADERS] ?? []).map(({ key, value }) => `${key}: ${value}\r\n`).join('')
  return `${state.first(C.REQUEST_LINE) ?? ''}\r\n${headers}\r\n${state.first(C.REQUEST_BODY) ?? ''}`
}

/** By variable name. */
export const LIVE: ReadonlyMap<string, Live> = new Map<string, Live>([
  ...FLAGS.map((name) => [name, (state: State) => state.scalars.get(name) ?? '0'] as const),
  ...TEXTS.map((name) => [name, (state: State) => state.scalar(name)] as const),
  ...OF_RESPONSE.map((name) => [name, (state: State) => state.scalars.get(name)] as const),
  ['ARGS_COMBINED_SIZE', (state) => sizeOf(state, [C.ARGS_GET, C.ARGS_POST], true)],
  ['AUTH_TYPE', ({ connection }) => connection.authType],
  ['DURATION', ({ program, started }) => String(Math.max(0, program.clock() - started) * 1000)],
  ['FILES_COMBINED_SIZE', (state) => state.scalars.get('FILES_COMBINED_SIZE') ?? '0'],
  ['FULL_REQUEST', fullRequest],
  ['FULL_REQUEST_LENGTH', (state) => String(fullRequest(state).length)],
  ['HIGHEST_SEVERITY', ({ severity }) => String(severity)],
  ['MATCHED_VAR', ({ matchedValue }) => matchedValue],
  ['MATCHED_VAR_NAME', ({ matchedName }) => matchedName],
  ['MODSEC_BUILD', () => '030000100'],
  ['MULTIPART_BOUNDARY', (state) => state.scalars.get('MULTIPART_BOUNDARY')],
  ['REMOTE_ADDR', ({ connection }) => connection.clientAddress],
  ['REMOTE_HOST', ({ connection }) => bytesOf(connection.clientHost ?? connection.clientAddress)],
  ['REMOTE_PORT', ({ connection }) => String(connection.clientPort)],
  ['REMOTE_USER', ({ connection }) => connection.user && bytesOf(connection.user)],
  ['REQBODY_PROCESSOR', ({ processor }) => processor],
  ['REQUEST_BODY_LENGTH', (state) => state.scalars.get('REQUEST_BODY_LENGTH') ?? '0'],
  ['SERVER_ADDR', ({ connection }) => connection.serverAddress],
  ['SERVER_NAME', (state) => (state.first(C.REQUEST_HEADERS, 'host') ?? '').replace(/:\d*$/, '')],
  ['SERVER_PORT', ({ connection }) => String(connection.serverPort)],
  ['STATUS', (state) => state.scalars.get('RESPONSE_STATUS')],
  ['TIME', time(({ hour, minute, second }) => [hour, minute, second].map(twoDigits).join(':'))],
  ['TIME_DAY', time(({ day }) => String(day))],
  ['TIME_EPOCH', ({ program }) => String(Math.floor(program.clock() / 1000))],
  ['TIME_HOUR', time(({ hour }) => String(hour))],
  ['TIME_MIN', time(({ minute }) => String(minute))],
  ['TIME_MON', time(({ month }) => String(month))],
  ['TIME_SEC', time(({ second }) => String(second))],
  ['TIME_WDAY', time(({ weekday }) => String(weekday))],
  ['TIME_YEAR', time(({ year }) => String(year))],
  ['UNIQUE_ID', ({ connection }) => connection.id],
])
