import { JsonError, readJson } from '../body/json.ts'
import { readMultipart } from '../body/multipart.ts'
import { type Pair, readPairs } from '../body/urlencoded.ts'
import { readXml, XmlError } from '../body/xml.ts'
import { C } from '../target/collections.ts'
import { bodyError } from './request.ts'
import type { State } from './state.ts'

/** Puts a body where rules can see it, read as its processor reads it. */
export function readBody(state: State, body: string, partial: boolean): void {
  state.scalars.set('REQUEST_BODY_LENGTH', String(body.length))
  if (partial) state.scalars.set('INBOUND_DATA_ERROR', '1')
  if (!state.bodyAccess || body === '') return
  if (state.processor === '' && state.forceBody) state.processor = 'URLENCODED'
  // A multipart body or a document is not one value; whoever wants it whole says so.
  if (state.processor === 'URLENCODED' || state.forceBody) state.add(C.REQUEST_BODY, '', body)
  if (state.processor !== 'MULTIPART' && body.length > state.program.settings.requestBodyNoFilesLimit) {
    bodyError(state, 'Request body excluding files is bigger than the maximum expected.')
    return
  }
  switch (state.processor) {
    case 'URLENCODED':
      return readUrlencoded(state, body)
    case 'MULTIPART':
      return readParts(state, body)
    case 'JSON':
      return attempt(state, JsonError, () => addArguments(state, readJson(body, state.limits)))
    case 'XML':
      return attempt(state, XmlError, () => readDocument(state, body))
    default:
  }
}

function attempt(state: State, expected: typeof JsonError | typeof XmlError, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof expected)) throw error
    bodyError(state, `${state.processor} parsing error: ${error.message}`)
  }
}

function addArguments(state: State, pairs: readonly Pair[]): void {
  const room =
    state.limits.arguments - (state.entries[C.ARGS_GET]?.length ?? 0) - (state.entries[C.ARGS_POST]?.length ?? 0)
  for (const { name, value } of pairs.slice(0, Math.max(0, room))) {
    state.add(C.ARGS_POST, name, value)
    state.add(C.ARGS_POST_NAMES, name, name)
  }
  if (pairs.length > room) bodyError(state, 'SecArgumentsLimit exceeded')
}

function readUrlencoded(state: State, body: string): void {
  const { pairs, tooMany, broken } = readPairs(body, state.program.settings.argumentSeparator, state.limits.arguments)
  addArguments(state, pairs)
  if (broken) state.scalars.set('URLENCODED_ERROR', '1')
  if (tooMany) bodyError(state, 'SecArgumentsLimit exceeded')
}

function readDocument(state: State, body: string): void {
  const { text, attributes } = readXml(body, state.limits)
  state.add(C.XML, '/*', text)
  for (const attribute of attributes) state.add(C.XML, '//@*', attribute)
}

/** The flags that make MULTIPART_STRICT_ERROR. */
const STRICT = ['BOUNDARY_QUOTED', 'BOUNDARY_WHITESPACE', 'DATA_BEFORE', 'DATA_AFTER', 'HEADER_FOLDING', 'LF_LINE']
  .concat('MISSING_SEMICOLON', 'INVALID_QUOTING', 'INVALID_HEADER_FOLDING', 'FILE_LIMIT_EXCEEDED', 'INVALID_PART')
  .map((name) => `MULTIPART_${name}`)

function readParts(state: State, body: string): void {
  const type = state.first(C.REQUEST_HEADERS, 'content-type') ?? ''
  const { parts, boundary, flags, error } = readMultipart(type, body, {
    parts: state.limits.parts,
    files: state.program.settings.filesLimit,
  })
  state.scalars.set('MULTIPART_BOUNDARY', boundary)
  for (const [name, value] of flags) state.scalars.set(name, value)
  if (error !== undefined || STRICT.some((name) => flags.has(name))) state.scalars.set('MULTIPART_STRICT_ERROR', '1')
  const fields: Pair[] = []
  let size = 0
  let fieldSize = 0
  for (const { name, headers, files, content } of parts) {
    for (const header of headers) state.add(C.MULTIPART_PART_HEADERS, name, header)
    if (files.length === 0) {
      fields.push({ name, value: content })
      fieldSize += content.length
      continue
    }
    state.add(C.MULTIPART_NAME, name, name)
    for (const file of files) {
      state.add(C.FILES, name, file)
      state.add(C.MULTIPART_FILENAME, name, file)
    }
    state.add(C.FILES_NAMES, name, name)
    state.add(C.FILES_SIZES, name, String(content.length))
    state.add(C.FILES_TMP_CONTENT, name, content)
    size += content.length
  }
  state.scalars.set('FILES_COMBINED_SIZE', String(size))
  addArguments(state, fields)
  if (error !== undefined) bodyError(state, error)
  else if (fieldSize > state.program.settings.requestBodyNoFilesLimit)
    bodyError(state, 'Request body excluding files is bigger than the maximum expected.')
}
