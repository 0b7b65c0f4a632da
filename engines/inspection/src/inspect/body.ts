import { bytesOf } from '@holdfast/detectors'
import { mediaFor } from '../api/operation.ts'
import { scalarOf } from '../api/parse-value.ts'
import type { Media, Operation, Reading, Shape } from '../api/types.ts'
import { readBody, type ReadBody } from '../read/body.ts'
import { latin1 } from '../read/bytes.ts'
import { type ContentType, isLines } from '../read/content-type.ts'
import { readJson } from '../read/json.ts'
import type { Part } from '../read/multipart.ts'
import { type Field, readPairs } from '../read/pairs.ts'
import { FORM_START } from '../read/peek.ts'
import type { SchemaCode } from '../codes.ts'
import { checkFile } from './files.ts'
import { type Desk, inspectFreely } from './parameters.ts'

const wrong = (desk: Desk, code: SchemaCode, name: string, by: string, why: string): void =>
  desk.ledger.add({ kind: 'schema', code, place: 'body', name, by, why })

/** Checks and inspects a body. @returns its value, for who learns */
export function checkBody(desk: Desk, operation: Operation | null, type: ContentType, bytes: Uint8Array): unknown {
  const media =
    operation?.body === null || operation === null ? undefined : mediaFor(operation.body.content, type.media)
  const read = readBody(bytes, type, desk.limits, ({ code, place, name, by, why }) =>
    desk.ledger.add({ kind: 'ambiguity', code, place, name, by, why }),
  )
  switch (read.kind) {
    case 'json':
      // A schema may be that of a line, or of them all.
      checkValue(desk, isLines(type) ? null : (media?.schema ?? null), read.value, 'body')
      return read.value
    case 'form':
      return checkFields(desk, media, read.fields)
    case 'multipart':
      return checkParts(desk, media, read.parts)
    case 'xml':
      for (const { name, text } of read.values) desk.looker.value(bytesOf(text), desk.free.text, 'body', name, false)
      return undefined
    default:
      checkText(desk, media, type, read, bytes)
      return undefined
  }
}

function checkText(desk: Desk, media: Media | undefined, type: ContentType, read: ReadBody, bytes: Uint8Array): void {
  if (read.kind === 'opaque') return
  if (type.kind === 'untyped') checkGuesses(desk, bytes)
  const schema = media?.schema ?? null
  const text = read.kind === 'text' ? read.text : null
  const invalid = schema === null || text === null ? null : schema.check(text)
  if (invalid !== null) wrong(desk, 'body_invalid', '', invalid.keyword, invalid.message)
  const look = schema === null || text === null || invalid !== null ? desk.free.text : schema.plan.text
  // What could not be read is looked at as it came.
  desk.looker.value(read.kind === 'text' ? read.bytes : latin1(bytes), look, 'body', '', false)
}

/** What programs make of it that look for themselves: JSON, or a form. */
function checkGuesses(desk: Desk, bytes: Uint8Array): void {
  const { limits, looker, free } = desk
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString()
    .replace(/^\ufeff/, '')
  const json = readJson(text, limits)
  if ('value' in json) looker.tree(json.value, free, free.text, 'body')
  else if (FORM_START.test(text)) {
    const place = { place: 'body', code: 'form_malformed', most: limits.values, nameBytes: limits.nameBytes } as const
    for (const [name, same] of gather(readPairs(latin1(bytes), place, () => undefined)))
      inspectFreely(desk, 'body', name, same)
  }
}

function checkValue(desk: Desk, schema: Shape | null, value: unknown, place: 'body'): void {
  const invalid = schema?.check(value) ?? null
  if (invalid !== null) {
    const { at, keyword, message, unknown } = invalid
    if (unknown === null) wrong(desk, 'body_invalid', at, keyword, message)
    else
      wrong(
        desk,
        'field_unknown',
        `${at}/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        'unknown',
        'is not described',
      )
  }
  desk.looker.tree(value, schema === null || invalid !== null ? desk.free : schema.plan, desk.free.text, place)
}

type Text = Pick<Field, 'name' | 'value' | 'bytes'>

function checkFields(desk: Desk, media: Media | undefined, fields: readonly Text[]): unknown {
  const byName = gather(fields)
  const schema = media?.schema ?? null
  const object: Record<string, unknown> = {}
  for (const [name, same] of byName) {
    const reading = schema?.reading.members?.get(name)
    const value = valueOf(desk, media, reading, name, same)
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
    // An array where the schema wants a text is refused by the schema; here nobody has one.
    if (schema === null) inspectFreely(desk, 'body', name, same)
  }
  if (schema !== null) checkValue(desk, schema, object, 'body')
  return object
}

function valueOf(
  desk: Desk,
  media: Media | undefined,
  reading: Reading | undefined,
  name: string,
  same: readonly Text[],
): unknown {
  const [first] = same
  if (first === undefined) return undefined
  const isJson =
    media?.encoding.get(name)?.contentType?.some((type) => type.endsWith('json')) ??
    (reading?.kind === 'object' && media?.range === 'multipart/form-data')
  if (isJson && same.length === 1) {
    const json = readJson(first.value, desk.limits)
    if ('value' in json) return json.value
    desk.ledger.add({ kind: 'ambiguity', code: json.code, place: 'body', name, by: json.by, why: json.why })
    return first.value
  }
  if (reading?.kind === 'array')
    return same.map(({ value }) => (reading.items === null ? value : scalarOf(value, reading.items)))
  const values = same.map(({ value }) => (reading === undefined ? value : scalarOf(value, reading)))
  return values.length === 1 ? values[0] : values
}

function checkParts(desk: Desk, media: Media | undefined, parts: readonly Part[]): unknown {
  const texts: Text[] = []
  for (const part of parts) {
    const { name, filename, media: type, bytes } = part
    if (filename !== null) {
      checkFile(desk, { ...part, filename })
      checkType(desk, media, name, type)
    }
    // With a schema files are members like others; without one their content is nobody's text.
    if (filename === null || media?.schema != null)
      texts.push({ name, bytes, value: filename === null ? textOfPart(bytes) : bytes })
    else if (!/^[A-Za-z0-9]*$/.test(name)) desk.looker.name(bytesOf(name), desk.free.text, 'body', name)
  }
  return checkFields(desk, media, texts)
}

function textOfPart(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? bytes : text
}

function checkType(desk: Desk, media: Media | undefined, name: string, type: string | null): void {
  const allowed = media?.encoding.get(name)?.contentType
  if (allowed == null) return
  const own = type ?? 'application/octet-stream'
  const family = `${own.split('/')[0] ?? ''}/*`
  if (!allowed.some((range) => range === own || range === family || range === '*/*')) {
    wrong(desk, 'content_type_unknown', name, 'contentType', 'a file of a type that is not described')
  }
}

function gather(fields: readonly Text[]): Map<string, Text[]> {
  const byName = new Map<string, Text[]>()
  for (const field of fields) {
    const same = byName.get(field.name)
    if (same === undefined) byName.set(field.name, [field])
    else same.push(field)
  }
  return byName
}
