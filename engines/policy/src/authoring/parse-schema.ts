import type { SchemaJson } from '../schema/schema.ts'
import { withCedar } from './cedar.ts'
import { caught, checkText, SCHEMA_BYTES } from './check.ts'
import { type Finding, fromCedar, type Source } from './findings.ts'

/** A schema in its JSON form, or why it is none. */
export type ParsedSchema =
  | { readonly ok: true; readonly schema: SchemaJson }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Parses the text of a schema (`.cedarschema`), at most 256 KiB, and resolves its names. */
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
  return { ok: true, schema: answer.json }
}
