import { classes, completeEvent, describeEvent, type OcsfEvent, severityIds, toOcsf19 } from '@holdfast/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { corpusAt } from '../run/corpora.ts'
import { anyEvent } from './any-event.ts'
import { everyKind, product, valuesOf } from './kinds.ts'
import { leftOut } from './left-out.ts'
import { mutations } from './mutations.ts'
import { readSchema } from './schema.ts'
import { validate } from './validate.ts'
import { asOf } from './versions.ts'

const schema = readSchema(corpusAt('ocsf').path)
const copy = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

describe('the classes', () => {
  it('are those of the corpus', () => {
    expect(schema.version).toBe('1.9.0-dev')
    expect(schema.classes.size).toBeGreaterThan(70)
    expect(classes.size).toBe(14)
  })

  it.each([...classes.values()].map((of) => [of.name, of] as const))('%s: names, numbers and captions', (_, of) => {
    const known = schema.classes.get(of.uid)
    const then = known === undefined ? undefined : asOf('1.8.0', known)
    expect(then).toMatchObject({ caption: of.name })
    expect(known?.category).toBe(of.category)
    expect(valuesOf(then, 'activity_id')).toMatchObject(flipped(of.activities))
    expect(valuesOf(then, 'severity_id')).toMatchObject(flipped(severityIds))
    expect(valuesOf(then, 'status_id')).toMatchObject(of.status ?? { 1: 'Success', 2: 'Failure' })
    const { actor, source, resource } = of
    expect(then?.attributes.get('actor')?.profile).toBe(actor === 'host' ? 'host' : undefined)
    expect(then?.attributes.has('src_endpoint')).toBe(source !== null)
    if (resource !== null) expect(then?.attributes.has(resource)).toBe(true)
  })
})

describe.each(everyKind)('%s', (kind, definition) => {
  it('is valid OCSF 1.8, and 1.9 when it is mapped', () => {
    fc.assert(
      fc.property(anyEvent(kind), (event) => {
        const { document } = describeEvent(event, { definition, tenant: 'acme', product })
        expect(validate(schema, copy(document)).findings).toEqual([])
        expect(validate(schema, copy(toOcsf19(document))).findings).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

it('leaves out of what is recommended only what is listed', () => {
  const there = new Set<string>()
  const missing = new Set<string>()
  for (const [kind, definition] of everyKind) {
    for (const event of fc.sample(anyEvent(kind), { numRuns: 250, seed: 1 })) {
      const { document } = describeEvent(event, { definition, tenant: 'acme', product })
      for (const path of pathsOf(document)) there.add(`${document.class_uid} ${path}`)
      for (const path of validate(schema, copy(document)).missing) {
        missing.add(`${document.class_uid} ${path.replaceAll(/\[\d+\]/g, '')}`)
      }
    }
  }
  const never = [...missing].filter((path) => !there.has(path)).map((path) => path.slice(path.indexOf(' ') + 1))
  expect([...new Set(never)].toSorted()).toEqual(leftOut.toSorted())
})

describe('a document that is not as it should be', () => {
  it.each(everyKind)('is refused by the schema and by ours: %s', (kind, definition) => {
    const [event] = fc.sample(
      anyEvent(kind).filter(
        ({ actor, source, resource }) => actor !== null && source.address !== null && resource !== null,
      ),
      { numRuns: 1, seed: 1 },
    )
    if (event === undefined) throw new Error('no event')
    const { document } = describeEvent(event, { definition, tenant: 'acme', product })
    const own = classes.get(document.class_uid)?.schema
    let tried = 0
    for (const { how, value, rules } of mutations(copy(document))) {
      const found = validate(schema, value).findings.map(({ rule }) => rule)
      expect(
        found.some((rule) => rules.includes(rule)),
        `${how}: ${found.join()}`,
      ).toBe(true)
      expect(own?.safeParse(value).success, how).toBe(false)
      tried += 1
    }
    expect(tried).toBeGreaterThan(50)
  })
})

describe('between 1.8 and 1.9', () => {
  const of = (uid: number, activity: string) => {
    const kind = everyKind.find(([, { class: found, activity: does }]) => found.uid === uid && does === activity)
    if (kind === undefined) throw new Error(`no kind of ${uid}`)
    const actor = { type: 'Person', id: 'ada' }
    const data = { added: [actor], privileges: ['x'] }
    const said = { kind: kind[0], outcome: 'success', actor, resource: actor, data } as const
    const event = completeEvent(said, { id: '019c0000-0000-7000-8000-000000000002', time: new Date(0) })
    return describeEvent(event, { definition: kind[1], tenant: 'acme', product }).document
  }
  const as19 = (document: OcsfEvent) => ({ ...document, metadata: { ...document.metadata, version: '1.9.0' } })
  const rules = (document: unknown) =>
    validate(schema, copy(document)).findings.map(({ path, rule }) => `${path} ${rule}`)

  it.each([
    ['a class that 1.9 deprecates', as19(of(3001, 'Create')), 'class_uid deprecated'],
    ['another', as19(of(3005, 'Assign Privileges')), 'class_uid deprecated'],
    ['an attribute that 1.9 deprecates', as19(of(3006, 'Add User')), 'user deprecated'],
    ['an attribute of 1.9', { ...of(3006, 'Create'), users: [{ uid: 'ada' }] }, 'users unknown'],
    ['one in an object', { ...of(3001, 'Create'), user: { uid: 'ada', uid_numeric: 1 } }, 'user.uid_numeric unknown'],
    ['an activity of 1.9', { ...of(3006, 'Create'), activity_id: 9, type_uid: 300609 }, 'activity_id enum'],
    [
      'the profile of 1.9',
      { ...of(0, 'Other'), metadata: { ...of(0, 'Other').metadata, profiles: ['record_integrity'] } },
      'metadata.profiles profile',
    ],
    ['two of which 1.8 wants one', { ...of(3003, 'Assign Privileges'), group: { uid: 'g' } }, ' constraint'],
    ['what only 1.9 may leave out', { ...of(3005, 'Assign Privileges'), privileges: undefined }, 'privileges required'],
    [
      'two of which both want one',
      { ...of(2002, 'Create'), vulnerabilities: [{ cve: { uid: 'CVE-1' }, advisory: { uid: 'A' } }] },
      'vulnerabilities[0] constraint',
    ],
    ['none of which both want one', { ...of(3002, 'Logon'), service: undefined }, ' constraint'],
  ])('refuses %s', (_, document, rule) => {
    expect(rules(document)).toContain(rule)
  })

  it('takes in 1.9 what is new there', () => {
    expect(rules({ ...as19(of(3006, 'Create')), users: [{ uid: 'ada' }], user: undefined })).toEqual([])
    expect(rules({ ...as19(of(0, 'Other')), attestation_list: [] })).toEqual(['attestation_list profile'])
  })

  it('maps each activity to one of the same meaning', () => {
    for (const [kind, { class: from, activity }] of everyKind) {
      if (typeof activity !== 'string' || activity === 'Other') continue
      const { class_uid: uid, activity_name: name } = toOcsf19(of(from.uid, activity))
      const known = valuesOf(schema.classes.get(uid), 'activity_id')
      expect(Object.values(known), kind).toContain(name)
    }
  })
})

it('judges anything without falling over', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...schema.classes.keys()), (value, uid) => {
      expect(validate(schema, value).findings.length).toBeGreaterThan(0)
      expect(validate(schema, { ...Object(value), class_uid: uid, metadata: value }).findings.length).toBeGreaterThan(0)
    }),
  )
})

function flipped(ids: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).map(([caption, id]) => [String(id), caption]))
}

function* pathsOf(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* pathsOf(item, path)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`
      yield at
      if (at !== 'unmapped') yield* pathsOf(member, at)
    }
  }
}
