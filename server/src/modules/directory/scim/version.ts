/** What the client says of the version that it knows (RFC 9110, section 13.1). */
export interface Precondition {
  /** the header, as it was sent */
  readonly ifMatch: string | null
}

/** Whether a change may be made. Our ETags are weak, and so compared weakly: RFC 7644, section 3.14, has it so. */
export function holds({ ifMatch }: Precondition, version: string): boolean {
  return ifMatch === null || names(ifMatch, version)
}

/** Whether a header with a list of ETags names this one. */
export function names(header: string, version: string): boolean {
  const wanted = opaque(version)
  return header.split(',').some((each) => each.trim() === '*' || opaque(each) === wanted)
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}
