/** A place out of the log's reach where its checkpoints are kept, so that whoever owns the database cannot rewrite the past unseen. */
export interface Anchor {
  /** for messages; without credentials */
  readonly name: string
  /** @returns the newest signed note of the current history and when it was kept; undefined when there is none */
  last(): Promise<Kept | undefined>
  /** Appends a signed note, and returns when it is there for good. */
  append(note: string): Promise<void>
  /** Begins a new history by an operator's acknowledgement; the one before is kept beside it. */
  restart(acknowledgement: string): Promise<void>
}

export interface Kept {
  readonly note: string
  /** by the anchor's clock */
  readonly time: Date
}
