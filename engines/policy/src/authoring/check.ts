import { CedarTrap } from './cedar.ts'
import { type Finding, finding, type Source } from './findings.ts'
import { NESTING_LIMIT, scan } from './scan.ts'

/** How long a text may be, in UTF-8 bytes. */
export const POLICY_BYTES: number = 64 * 1024
export const SCHEMA_BYTES: number = 256 * 1024

/** What keeps a text from being given to the parser at all. */
export function checkText(source: Source, limit: number): Finding[] {
  const { text } = source
  const bytes = new TextEncoder().encode(text).length
  if (bytes > limit) return [finding(source, `the text has ${bytes} bytes, at most ${limit} are allowed`, null)]
  if (!text.isWellFormed()) return [finding(source, 'the text is not valid Unicode (a lone surrogate)', null)]
  const { tooDeep } = scan(text)
  if (tooDeep !== null) return [finding(source, `brackets are nested more than ${NESTING_LIMIT} deep`, tooDeep)]
  return []
}

/** Runs a parse; a parser that gave up becomes a finding. */
export function caught<T>(source: Source, parse: () => T): T | Finding[] {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof CedarTrap)) throw error
    return [finding(source, error.message, null, 'split it into several policies, or nest it less')]
  }
}
