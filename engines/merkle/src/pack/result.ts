/** What was proven, or the first thing that is not as it must be. */
export type PackResult = PackProof | PackFailure

export interface PackProof {
  readonly ok: true
  /** Which log it is. */
  readonly origin: string
  readonly vkey: string
  /** The key is one of those that were given as trusted; else only the pack itself says that it is the log's. */
  readonly keyTrusted: boolean
  /** The checkpoint: how many events the log had, and the root of its tree, in hexadecimal. */
  readonly size: number
  readonly root: string
  /** The places of the events that were proven, each of them. */
  readonly from: number
  readonly to: number
  readonly events: number
  /** Of these, how many show all that they said. */
  readonly whole: number
  /** How many show what they said save fields of persons who were erased. */
  readonly erased: number
  /** How many show only their place, id and time: pruned, or not to be read by whoever made the pack. */
  readonly closed: number
  /** How many checkpoints that were kept elsewhere it was compared with, and found to be of one history. */
  readonly anchors: number
}

export interface PackFailure {
  readonly ok: false
  readonly code: PackFailureCode
  /** Line of the file, from 1. */
  readonly line: number
  /** Place of the first bad event, where it is one. */
  readonly seq: number | null
  readonly detail: string
}

export type PackFailureCode =
  /** A line is not what must stand there. */
  | 'malformed'
  /** The key is none of those that were given. */
  | 'key'
  /** The checkpoint is not signed by the key. */
  | 'signature'
  /** The hashes are not those of the tree that was signed. */
  | 'tree'
  | 'event_altered'
  | 'event_missing'
  | 'event_misplaced'
  /** What the event said is not what its place commits to. */
  | 'event_content'
  /** Another history was signed elsewhere. */
  | 'forked'
  /** The log was longer once. */
  | 'rolled_back'
  /** A checkpoint that was kept elsewhere is of another log, or nothing here compares with it. */
  | 'anchor'
  | 'cut_off'
  /** Damaged on its way: the hash at its end is not that of the file. */
  | 'digest'

/** Carries the failure out of a check. */
export class PackError extends Error {
  override readonly name: string = 'PackError'
  readonly code: PackFailureCode
  readonly seq: number | null

  constructor(code: PackFailureCode, detail: string, seq: number | null = null) {
    super(detail)
    this.code = code
    this.seq = seq
  }
}
