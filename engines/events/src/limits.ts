/** Bounds of one event; what is longer is refused by the schema and clipped by `completeEvent`. */
export interface EventLimits {
  /** Characters of `kind`. */
  readonly kind: number
  /** Characters of `reason` and of other stable codes. */
  readonly reason: number
  /** Characters of an actor's or resource's id. */
  readonly id: number
  /** Characters of an actor's display name. */
  readonly name: number
  /** Characters of an IP address, with room for a zone. */
  readonly address: number
  /** Characters of a user agent. */
  readonly userAgent: number
  /** Bytes of `data` as canonical JSON. */
  readonly dataBytes: number
  /** Levels of nesting in `data`; the data object itself is the first. */
  readonly dataDepth: number
  /** Bytes of a whole OCSF document that somebody else made, as canonical JSON. */
  readonly documentBytes: number
  /** Levels of nesting in such a document; the document itself is the first. */
  readonly documentDepth: number
  /** Places in `data` that are marked as personal. */
  readonly personal: number
  /** Characters of the pointer to such a place. */
  readonly pointer: number
}

export const limits: EventLimits = {
  kind: 64,
  reason: 64,
  id: 256,
  name: 200,
  address: 64,
  userAgent: 512,
  dataBytes: 16_384,
  dataDepth: 8,
  documentBytes: 32_768,
  documentDepth: 16,
  personal: 64,
  pointer: 1024,
}
