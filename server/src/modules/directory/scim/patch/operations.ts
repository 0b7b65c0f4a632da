import { parsePath } from '../filter/parse.ts'
import type { AttributePath } from '../filter/types.ts'
import { ScimProblem } from '../problem.ts'
import { type Json, type JsonObject, type ResourceType, same } from '../schema/attribute.ts'
import { isObject, schemaIds } from '../schema/find.ts'
import { checkSchemas } from '../schema/values.ts'

/** One operation of a PATCH, with its path parsed. */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove'
  /** null: the resource itself */
  readonly path: AttributePath | null
  /** undefined: not said */
  readonly value: Json | undefined
}

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const mostOperations = 1000

/**
 * The body of a PATCH (RFC 7644, section 3.5.2). Names of operations in capitals are taken as well: Entra ID sends them so.
 * @throws ScimProblem invalidSyntax, invalidPath
 */
export function operationsOf(type: ResourceType, body: unknown): readonly Operation[] {
  if (!isObject(body)) throw new ScimProblem('invalidSyntax', 'The body is no JSON object.')
  checkSchemas(body, patchOp)
  const operations = member(body, 'Operations')
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimProblem('invalidSyntax', '"Operations" is no list of operations.')
  }
  if (operations.length > mostOperations) {
    throw new ScimProblem('invalidSyntax', `There are more than ${mostOperations} operations.`)
  }
  return (operations as readonly Json[]).map((each) => operationOf(each, schemaIds(type)))
}

function operationOf(given: Json, schemas: readonly string[]): Operation {
  if (!isObject(given)) throw new ScimProblem('invalidSyntax', 'An operation is no JSON object.')
  const name = member(given, 'op')
  const op = (['add', 'replace', 'remove'] as const).find((each) => typeof name === 'string' && same(each, name))
  if (op === undefined) throw new ScimProblem('invalidSyntax', '"op" is none of add, replace, remove.')
  const text = member(given, 'path')
  if (text !== undefined && text !== null && typeof text !== 'string') {
    throw new ScimProblem('invalidPath', '"path" is no text.')
  }
  const path = typeof text === 'string' && text.trim() !== '' ? parsePath(text.trim(), schemas) : null
  const value = member(given, 'value')
  if (op === 'remove' && path === null)
    throw new ScimProblem('noTarget', 'What to remove is not said: "path" is missing.')
  if (op !== 'remove' && value === undefined) throw new ScimProblem('invalidValue', '"value" is missing.')
  return { op, path, value }
}

function member(object: JsonObject, name: string): Json | undefined {
  return Object.entries(object).find(([key]) => same(key, name))?.[1]
}
