import type { Rule } from './validate.ts'

/** A document with one thing wrong, and the rules of which one must notice. */
export type Mutation = { readonly how: string; readonly value: unknown; readonly rules: readonly Rule[] }

type Json = Record<string, unknown>

const wrongWhole: readonly [how: string, Json, readonly Rule[]][] = [
  ['another class', { class_uid: 3 }, ['class']],
  ['a class of 1.9', { class_uid: 3007 }, ['class', 'identity']],
  ['another category', { category_uid: 7 }, ['identity']],
  ['another type', { type_uid: 1 }, ['identity']],
  ['an activity that is none', { activity_id: 77 }, ['enum']],
  ['a severity that is none', { severity_id: 7 }, ['enum']],
  ['a severity of another number', { severity: 'Unknown' }, ['sibling']],
  ['a status that is none', { status_id: 44 }, ['enum']],
  ['a status of another number', { status: 'Other' }, ['sibling']],
  ['a time that is text', { time: '2026-01-02T03:04:05.678Z' }, ['type']],
  ['a time with a fraction', { time: 0.5 }, ['type']],
  ['the profile of 1.9', { attestation_list: [{ fingerprint: { algorithm_id: 3, value: 'x' } }] }, ['unknown']],
  ['an attribute of the profile cloud', { cloud: { provider: 'x' } }, ['profile']],
]

const required = 'activity_id category_uid class_uid metadata severity_id time type_uid'.split(' ')

/** Documents that are like this valid one and each wrong in one place. */
export function* mutations(document: Json): Generator<Mutation> {
  for (const [how, change, rules] of wrongWhole) yield { how, value: { ...document, ...change }, rules }
  for (const name of required) {
    yield { how: `without ${name}`, value: without(document, name), rules: ['required', 'class', 'identity'] }
  }
  yield inMetadata(document, 'a profile that is none', { profiles: ['tamper'] }, ['profile'])
  yield inMetadata(document, 'a product that is text', { product: 'Holdfast' }, ['type'])
  yield inMetadata(document, 'no version', { version: undefined }, ['required'])
  yield* everywhere(document, '', (change) => change)
}

/** At every place: another type, and one member too many. */
function* everywhere(holder: Json, path: string, whole: (changed: Json) => unknown): Generator<Mutation> {
  yield { how: `${path}: one too many`, value: whole({ ...holder, hold_fast: 1 }), rules: ['unknown'] }
  for (const [name, value] of Object.entries(holder)) {
    const at = `${path}/${name}`
    const put = (changed: unknown) => whole({ ...holder, [name]: changed })
    yield { how: `${at}: another type`, value: put(otherType(value)), rules: ['type', 'class'] }
    if (name === 'unmapped') continue
    const inner = Array.isArray(value) ? (value[0] as unknown) : value
    if (typeof inner !== 'object' || inner === null) continue
    yield* everywhere(inner as Json, at, (changed) => put(Array.isArray(value) ? [changed] : changed))
  }
}

function otherType(value: unknown): unknown {
  if (Array.isArray(value)) return { 0: value[0] as unknown }
  if (typeof value === 'object') return 'text'
  return typeof value === 'string' ? 7 : 'text'
}

function without(document: Json, name: string): Json {
  return Object.fromEntries(Object.entries(document).filter(([member]) => member !== name))
}

function inMetadata(document: Json, how: string, change: Json, rules: readonly Rule[]): Mutation {
  return { how, value: { ...document, metadata: { ...(document['metadata'] as Json), ...change } }, rules }
}
