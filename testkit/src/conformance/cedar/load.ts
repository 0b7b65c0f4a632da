import { compile, createEntities, createSchema, type Entities, type PolicySet, type Schema } from '@holdfast/policy'
import { inexactIntegers, parsePolicySet, parseSchema } from '@holdfast/policy/authoring'
import { parseExactJson } from '../corpus/exact-json.ts'
import type { CorpusFiles } from '../corpus/files.ts'
import { type CedarCase, readEntities } from './case.ts'

/** A test, loaded: what its requests are asked of. */
export interface LoadedCase {
  readonly policies: PolicySet
  readonly entities: Entities
  readonly schema: Schema
}

/** A test that cannot be judged, by design. */
export class Unrepresentable extends Error {
  override readonly name: string = 'Unrepresentable'
}

/** Loads the files of a test. Policies are named `policy0`, `policy1`, ... by their place in the text, as Cedar names them. */
export async function loadCase(files: CorpusFiles, from: string, test: CedarCase): Promise<LoadedCase> {
  const policies = loadPolicies(await files.text(files.resolve(from, test.policies)))
  const schema = loadSchema(test.schema === undefined ? '' : await files.text(files.resolve(from, test.schema)))
  const list = readEntities(parseExactJson(await files.text(files.resolve(from, test.entities))))
  const entities = list.map((entity) => schema.entity(entity, 'keep'))
  // The actions of the schema are entities too, unless the test lists them itself.
  const listed = createEntities(entities)
  const actions = schema.actions.filter(({ uid }) => !('type' in uid) || listed.get(uid) === undefined)
  return { policies, schema, entities: actions.length === 0 ? listed : createEntities([...entities, ...actions]) }
}

function loadPolicies(text: string): PolicySet {
  const parsed = parsePolicySet(text, 'position')
  if (parsed.ok) return compile(parsed.policies)
  if (inexactIntegers(text).length > 0) {
    throw new Unrepresentable('a literal integer beyond 2^53 - 1, which is refused when the policy is loaded')
  }
  throw new Error(`the policies do not parse: ${parsed.findings[0]?.message}`)
}

function loadSchema(text: string): Schema {
  if (text.trimStart().startsWith('{')) return createSchema(JSON.parse(text) as { [namespace: string]: unknown })
  const parsed = parseSchema(text)
  if (!parsed.ok) throw new Error(`the schema does not parse: ${parsed.findings[0]?.message}`)
  return createSchema(parsed.schema)
}
