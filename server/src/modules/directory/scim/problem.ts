/** The detail error keywords of RFC 7644, section 3.12, table 9, as far as we meet them. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'

/** What a request says and may not; the message is for the client and quotes no value. */
export class ScimProblem extends Error {
  readonly scimType: Exclude<ScimType, 'uniqueness' | 'invalidVers'>
  constructor(scimType: ScimProblem['scimType'], message: string) {
    super(message)
    this.scimType = scimType
  }
}

/** A name that a client sent, short enough to be said back. */
export function quoted(name: string): string {
  return `"${name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60)}"`
}
