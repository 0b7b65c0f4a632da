import { PolicyError } from '../errors.ts'
import { createSchema, type SchemaJson } from '../schema/schema.ts'
import { withCedar } from './cedar.ts'
import { caught, checkText, SCHEMA_BYTES } from './check.ts'
import { type Finding, finding, fromCedar, type Source } from './findings.ts'

/** A schema in its JSON form, or why it is none. */
export type ParsedSchema =
  | { readonly ok: true; readonly schema: SchemaJson }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Parses the text of a schema (`.cedarschema`), at most 256 KiB, and resolves its names. What it gives, `createSchema` takes. */
export function parseSchema(text: string): ParsedSchema {
  const source: Source = { policy: null, text }
  const refused = checkText(source, SCHEMA_BYTES)
  if (refused.length > 0) return { ok: false, findings: refused }
  // The check knows the places of names that do not resolve; the conversion does not.
  const check = caught(source, () => withCedar((cedar) => cedar.checkParseSchema(text)))
  if (!('type' in check)) return { ok: false, findings: check }
  if (check.type === 'failure') return { ok: false, findings: fromCedar(source, check.errors) }
  const answer = caught(source, () => withCedar((cedar) => cedar.schemaToJson(text)))
  if (!('type' in answer)) return { ok: false, findings: answer }
  if (answer.type === 'failure') return { ok: false, findings: fromCedar(source, answer.errors) }
  const schema = answer.json as SchemaJson
  const refusal = refusalOf(schema)
  if (refusal !== undefined) return { ok: false, findings: [finding(source, refusal, null)] }
  return { ok: true, schema }
}

/** Types that the parser takes and the evaluator does not (nested too deeply): it would fail at every decision, and at every edge. */
function refusalOf(schema: SchemaJson): string | undefined {
  try {
    createSchema(schema)
    return undefined
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
}
