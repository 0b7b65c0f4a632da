import { bytesOf } from '@holdfast/detectors'
import { fromText, fromTexts, set, UNREADABLE } from '../api/parse-value.ts'
import { partsOf, splitSegment } from '../api/router.ts'
import type { Look, Operation, Parameter, Plan } from '../api/types.ts'
import { readJson } from '../read/json.ts'
import type { Limits } from '../limits.ts'
import type { Field } from '../read/pairs.ts'
import type { Ledger } from '../verdict/ledger.ts'
import type { SchemaCode } from '../codes.ts'
import type { Looker } from './looker.ts'

export interface Desk {
  readonly ledger: Ledger
  readonly looker: Looker
  /** Everything is inspected. */
  readonly free: Plan & { readonly text: Look }
  readonly limits: Limits
  /** What the document does not name is found, not only inspected. */
  readonly strict: boolean
}

type Place = Parameter['in']

function wrong(desk: Desk, code: SchemaCode, place: Place, name: string, by: string, why: string, evidence = ''): void {
  desk.ledger.add({ kind: 'schema', code, place, name, by, why, evidence })
}

/** Checks a value, and has inspected what its schema leaves. @param texts as they came: inspected, all of them, where the schema does not hold */
function settle(desk: Desk, parameter: Parameter, value: unknown, texts: readonly Pick<Field, 'bytes'>[]): void {
  const { name, shape, in: place } = parameter
  const invalid = value === UNREADABLE ? null : shape.check(value)
  if (value !== UNREADABLE && invalid === null) {
    if (typeof value === 'string' || shape.plan.proven) {
      for (const { bytes } of texts) desk.looker.value(bytes, shape.plan.text, place, name, place === 'query')
    } else desk.looker.tree(value, shape.plan, desk.free.text, place)
    return
  }
  const at = invalid?.unknown ?? invalid?.at ?? ''
  const why =
    invalid === null
      ? `has not the form of its style (${parameter.style})`
      : `${at === '' ? '' : `${at} `}${invalid.message}`
  wrong(desk, 'parameter_invalid', place, name, invalid?.keyword ?? 'style', why, texts[0]?.bytes ?? '')
  for (const { bytes } of texts) desk.looker.value(bytes, desk.free.text, place, name, place === 'query')
}

function valueOf(parameter: Parameter, texts: readonly string[], limits: Limits): unknown {
  const [first = ''] = texts
  if (!parameter.json)
    return parameter.in === 'path' || parameter.in === 'header'
      ? fromText(first, parameter)
      : fromTexts(texts, parameter)
  const json = texts.length === 1 ? readJson(first, limits) : null
  return json === null || 'code' in json ? UNREADABLE : json.value
}

export function checkPath(desk: Desk, operation: Operation, segments: readonly string[]): void {
  let n = 0
  for (const [at, template] of operation.template.split('/').slice(1).entries()) {
    const parts = partsOf(template)
    if (parts.length === 1) continue
    for (const text of splitSegment(segments[at] ?? '', parts) ?? []) {
      const parameter = operation.path[n++]
      if (parameter !== undefined)
        settle(desk, parameter, valueOf(parameter, [text], desk.limits), [{ bytes: bytesOf(text) }])
    }
  }
}

export function checkQuery(desk: Desk, operation: Operation, fields: readonly Field[]): void {
  const byName = new Map<string, Field[]>()
  for (const field of fields) {
    const same = byName.get(field.name)
    if (same === undefined) byName.set(field.name, [field])
    else same.push(field)
  }
  const objects = new Map(operation.deep.map((parameter): [Parameter, Record<string, unknown>] => [parameter, {}]))
  for (const [name, same] of byName) {
    const parameter = operation.query.get(name)
    if (parameter !== undefined && !objects.has(parameter)) checkNamed(desk, parameter, same)
    else if (!intoObject(desk, objects, name, same)) unknownParameter(desk, 'query', name, same)
  }
  for (const [parameter, object] of objects) {
    if (Object.keys(object).length > 0) settle(desk, parameter, object, [])
    else if (parameter.required) wrong(desk, 'parameter_missing', 'query', parameter.name, 'required', 'is required')
  }
  for (const [name, parameter] of operation.query) {
    if (parameter.required && !objects.has(parameter) && !byName.has(name))
      wrong(desk, 'parameter_missing', 'query', name, 'required', 'is required')
  }
}

function checkNamed(desk: Desk, parameter: Parameter, same: readonly Field[]): void {
  const { explode, style, shape, allowEmpty, name, in: place } = parameter
  const many = shape.reading.kind === 'array' && explode && style === 'form'
  if (same.length > 1 && (!many || parameter.json)) {
    wrong(
      desk,
      'parameter_repeated',
      place,
      name,
      'duplicate-name',
      'comes twice: one program takes the first, another the last',
    )
    for (const { bytes } of same) desk.looker.value(bytes, desk.free.text, place, name, place === 'query')
    return
  }
  if (allowEmpty && same.every(({ value }) => value === '')) return
  settle(
    desk,
    parameter,
    valueOf(
      parameter,
      same.map(({ value }) => value),
      desk.limits,
    ),
    same,
  )
}

/** `filter[state]=open`, or a member of an exploded object by its own name. */
function intoObject(
  desk: Desk,
  objects: Map<Parameter, Record<string, unknown>>,
  name: string,
  same: readonly Field[],
): boolean {
  for (const [parameter, object] of objects) {
    const member = memberOf(parameter, name)
    if (member === undefined) continue
    const [first] = same
    if (same.length > 1 || first === undefined)
      wrong(
        desk,
        'parameter_repeated',
        'query',
        name,
        'duplicate-name',
        'comes twice: one program takes the first, another the last',
      )
    else set(object, member, first.value, parameter.shape.reading)
    return true
  }
  return false
}

function memberOf(parameter: Parameter, name: string): string | undefined {
  if (parameter.style !== 'deepObject') return parameter.shape.reading.members?.has(name) === true ? name : undefined
  const inner =
    name.startsWith(`${parameter.name}[`) && name.endsWith(']') ? name.slice(parameter.name.length + 1, -1) : ''
  return inner === '' || /[[\]]/.test(inner) ? undefined : inner
}

function unknownParameter(
  desk: Desk,
  place: 'query' | 'cookie',
  name: string,
  same: readonly Pick<Field, 'bytes'>[],
): void {
  if (desk.strict) wrong(desk, 'parameter_unknown', place, name, 'unknown', 'is not described')
  inspectFreely(desk, place, name, same)
}

/** Without a schema: the name, each value, and what a program sees that joins values of one name (`a=1&a=2` is `1,2`). */
export function inspectFreely(
  desk: Desk,
  place: 'query' | 'cookie' | 'body',
  name: string,
  same: readonly Pick<Field, 'bytes'>[],
): void {
  const { looker, free } = desk
  if (!/^[A-Za-z0-9]*$/.test(name) || name === 'constructor' || name === 'prototype')
    looker.name(bytesOf(name), free.text, place, name)
  for (const { bytes } of same) looker.value(bytes, free.text, place, name, place !== 'cookie')
  if (same.length > 1 && same.length < 10)
    looker.value(same.map(({ bytes }) => bytes).join(','), free.text, place, name, place !== 'cookie')
}

export function checkHeaders(desk: Desk, operation: Operation, fields: ReadonlyMap<string, readonly string[]>): void {
  for (const [name, parameter] of operation.header) {
    const values = fields.get(name)
    if (values === undefined) {
      if (parameter.required) wrong(desk, 'parameter_missing', 'header', name, 'required', 'is required')
      continue
    }
    const text = values.join(', ')
    settle(
      desk,
      parameter,
      valueOf(
        parameter,
        [parameter.shape.reading.kind === 'array' ? text.replaceAll(/,[ \t]+/g, ',') : text],
        desk.limits,
      ),
      [{ bytes: text }],
    )
  }
}

export function checkCookies(
  desk: Desk,
  operation: Operation,
  cookies: readonly { readonly name: string; readonly bytes: string }[],
): void {
  for (const [name, parameter] of operation.cookie) {
    const same = cookies.filter((cookie) => cookie.name === name).map(({ bytes }) => ({ name, value: bytes, bytes }))
    if (same.length > 0) checkNamed(desk, parameter, same)
    else if (parameter.required) wrong(desk, 'parameter_missing', 'cookie', name, 'required', 'is required')
  }
}
