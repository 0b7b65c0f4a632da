import type { Code, Finding, FindingKind } from '@holdfast/inspection'
import { type Refusal, type RefusalCode, refusal } from '../refusal/catalogue.ts'

const byKind: Readonly<Record<FindingKind, RefusalCode>> = {
  attack: 'attack_blocked',
  ambiguity: 'request_ambiguous',
  schema: 'schema_violated',
  leak: 'answer_refused',
}

/** Codes that have a status of their own. */
const byCode: Partial<Record<Code, RefusalCode>> = {
  body_too_large: 'body_too_large',
  content_encoding_unsupported: 'content_type_refused',
  content_type_unknown: 'content_type_refused',
  charset_unsupported: 'content_type_refused',
  path_unknown: 'path_unknown',
  answer_invalid: 'answer_refused',
  answer_unknown: 'answer_refused',
}

const details: Partial<Record<RefusalCode, string>> = {
  attack_blocked: 'A value of the request reads as an attack.',
  answer_refused: 'What the application answered may not leave.',
  path_unknown: 'The API does not describe this path.',
}

/**
 * Why a request goes no further. An attack is told before what else was found. The client is told the place of what is its own to mend,
 * never which detector spoke: that would be an oracle.
 */
export function refusalOf(findings: readonly Finding[]): Refusal {
  const worst = findings.find(({ kind }) => kind === 'attack') ?? findings[0]
  if (worst === undefined) return refusal('gateway_fault', 'The fault is recorded under this event.')
  const code = byCode[worst.code] ?? byKind[worst.kind]
  const { place, name, why } = worst
  const where = name === '' ? place : `${place} ${name}`
  return refusal(code, details[code] ?? `${where}: ${why}.`)
}
