import { posix } from 'node:path'
import { schemaText } from '@holdfast/policy/authoring'
import type { CorpusFiles } from '../corpus/files.ts'
import { type Case, casesIn, readCase } from './cases.ts'
import { type Entity, readEntities } from './entities.ts'
import { isObject, type Json, member } from './json.ts'
import { readPolicies } from './policies.ts'

/** What one file, or one part of it, asks of one application. */
export interface Suite {
  readonly name: string
  /** Cedar, one each, by name */
  readonly policies: ReadonlyMap<string, string>
  /** Cedar; undefined where the file brings none */
  readonly schema: string | undefined
  readonly entities: readonly Entity[]
  readonly cases: readonly Case[]
}

/** A file that cannot be played: it says for how many cases. */
export class Unplayable extends Error {
  readonly cases: number
  /** whether nothing could be expected of it, rather than that it is wrong */
  readonly skipped: boolean

  constructor(message: string, cases: number, skipped = false) {
    super(message)
    this.cases = cases
    this.skipped = skipped
  }
}

/** The suites of a file; none when it holds no cases. Throws `Unplayable`. */
export async function* suitesOf(files: CorpusFiles, name: string, json: unknown): AsyncGenerator<Suite | Unplayable> {
  const objects = Array.isArray(json) ? json.filter(isObject) : isObject(json) ? [json] : []
  const parts = objects.flatMap((each) => {
    const inner = member(each, 'suites', 'scenarios')
    return Array.isArray(inner) ? inner.filter(isObject).map((part) => ({ ...each, ...part })) : [each]
  })
  // A bare list of cases is one suite.
  const suites = Array.isArray(json) && casesIn({ cases: json }).length > 0 ? [{ cases: json }] : parts
  for (const [at, part] of suites.entries()) {
    const found = casesIn(part)
    if (found.length === 0) continue
    const label = suites.length === 1 ? name : `${name}[${at}]`
    try {
      yield await suiteOf(files, name, label, part, found)
    } catch (error) {
      yield error instanceof Unplayable ? error : new Unplayable(messageOf(error), found.length)
    }
  }
}

type Found = ReturnType<typeof casesIn>

async function suiteOf(files: CorpusFiles, file: string, name: string, part: Json, found: Found): Promise<Suite> {
  const policies =
    (await given(files, file, member(part, 'policies', 'policy', 'policySet', 'policy_set'))) ??
    (await beside(files, file, ['policies.cedar', 'policy.cedar', 'policies.json']))
  if (policies === undefined) throw new Unplayable('a file that brings no policies', found.length, true)
  const entities =
    (await given(files, file, member(part, 'entities', 'data', 'store'))) ??
    (await beside(files, file, ['entities.json']))
  const schema =
    (await given(files, file, member(part, 'schema'))) ??
    (await beside(files, file, ['schema.cedarschema', 'schema.cedarschema.json']))
  return {
    name,
    policies: readPolicies(policies, member(part, 'templateLinks', 'template_links', 'links')),
    schema: schemaOf(schema),
    entities: readEntities(entities),
    cases: found.map(({ json, list }, at) => readCase(json, list, at)),
  }
}

/** What stands in the file, or in the file that is named there. */
async function given(files: CorpusFiles, file: string, value: unknown): Promise<unknown> {
  if (Array.isArray(value))
    return Promise.all(value.map((each) => (typeof each === 'string' ? given(files, file, each) : each)))
  if (typeof value !== 'string' || !/^[^\s;"]+\.(?:cedar|json|cedarschema)$/.test(value)) return value
  const path = files.resolve(file, value)
  return files.names().includes(path) ? read(files, path) : value
}

/** Of a directory whose cases share one file of policies. */
async function beside(files: CorpusFiles, file: string, names: readonly string[]): Promise<unknown> {
  const paths = names.map((name) => posix.join(posix.dirname(file), name))
  const path = paths.find((each) => files.names().includes(each))
  return path === undefined ? undefined : read(files, path)
}

async function read(files: CorpusFiles, path: string): Promise<unknown> {
  const text = await files.text(path)
  return path.endsWith('.json') ? (JSON.parse(text) as unknown) : text
}

function schemaOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const json = typeof value === 'string' && value.trimStart().startsWith('{') ? (JSON.parse(value) as unknown) : value
  if (typeof json === 'string') return json
  const written = schemaText(json)
  if (!written.ok) throw new Error(`the schema is none: ${written.problem}`)
  return written.text
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
