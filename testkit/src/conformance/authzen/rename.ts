import { parsePolicy, parseSchema, policyText, schemaText } from '@holdfast/policy/authoring'
import { isObject, type Json, rewrite } from './json.ts'
import type { Suite } from './suite.ts'

/** Types that are the directory's and Holdfast's own in every application. A file may use the names for something else. */
const taken = ['Person', 'Service', 'Group', 'Role']

type Names = ReadonlyMap<string, string>

/** Which types of a suite must be called otherwise, and how; empty for most. */
export function clashing({ entities, cases, policies, schema }: Suite): Names {
  const text = JSON.stringify([entities, cases, [...policies.values()], schema])
  return new Map(
    taken
      .filter((name) => new RegExp(`(?<![\\w:])${name}(?![\\w])`).test(text))
      .map((name) => [name, unused(`Own${name}`, text)]),
  )
}

function unused(name: string, text: string): string {
  return text.includes(name) ? unused(`${name}_`, text) : name
}

/** The same suite with these types called otherwise, everywhere. */
export function renamed(suite: Suite, names: Names): Suite {
  if (names.size === 0) return suite
  const inData = <Value>(value: Value) => rewrite(value, (object) => renameUid(object, names)) as Value
  return {
    ...suite,
    policies: new Map([...suite.policies].map(([id, text]) => [id, renamePolicy(text, names)])),
    schema: suite.schema === undefined ? undefined : renameSchema(suite.schema, names),
    entities: inData(suite.entities),
    cases: suite.cases.map((each) => ({
      ...each,
      request: inData(each.request),
      expected: renameExpected(each.expected, names),
    })),
  }
}

function renameExpected(expected: Suite['cases'][number]['expected'], names: Names): typeof expected {
  if (expected.kind !== 'results') return expected
  return {
    kind: 'results',
    results: expected.results.map((key) => {
      const [type = '', ...id] = key.split(' ')
      return id.length === 0 ? key : [names.get(type) ?? type, ...id].join(' ')
    }),
  }
}

/** Whatever has a type and an id is an entity, or names one; `is` of a policy has `entity_type`; what is sought has a type alone. */
function renameUid(object: Json, names: Names): Json {
  const { type, id, entity_type: is } = object
  const changed = { ...object }
  if (typeof type === 'string' && typeof id === 'string') changed['type'] = names.get(type) ?? type
  if (typeof is === 'string') changed['entity_type'] = names.get(is) ?? is
  for (const part of ['subject', 'resource']) {
    const sought = object[part]
    if (isObject(sought) && typeof sought['type'] === 'string')
      changed[part] = { ...sought, type: names.get(sought['type']) ?? sought['type'] }
  }
  return changed
}

function renamePolicy(text: string, names: Names): string {
  const parsed = parsePolicy('policy', text)
  if (!parsed.ok) return text
  const { annotations, ...policy } = parsed.policy
  const changed = rewrite(policy, (object) => renameUid(object, names))
  const written = policyText({ ...(changed as Json), ...(annotations !== undefined && { annotations }) })
  return written.ok ? written.text : text
}

/** Of types without a namespace only: `PhotoApp::Group` is nobody else's. */
function renameSchema(text: string, names: Names): string {
  const parsed = parseSchema(text)
  if (!parsed.ok) return text
  const own = parsed.schema['']
  if (!isObject(own)) return text
  const changed = rewrite(own, (object) => renameInSchema(object, names)) as Json
  const written = schemaText({ ...parsed.schema, '': changed })
  return written.ok ? written.text : text
}

const lists = ['memberOfTypes', 'principalTypes', 'resourceTypes']

function renameInSchema(object: Json, names: Names): Json {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      if (key === 'entityTypes' && isObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([type, shape]) => [names.get(type) ?? type, shape]))]
      if (lists.includes(key) && Array.isArray(value))
        return [key, value.map((type) => names.get(String(type)) ?? type)]
      if ((key === 'name' || key === 'type') && typeof value === 'string') return [key, names.get(value) ?? value]
      return [key, value]
    }),
  )
}
