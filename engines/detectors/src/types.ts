import type { Budget } from './budget.ts'

/**
 * Values are **byte strings**: one character for one byte (latin1), as they came over the wire; text of more than ASCII is its
 * UTF-8 bytes. Who holds a JavaScript string asks `bytesOf` first. Spans count in bytes of the value as it was decoded.
 */
export type Bytes = string

export type DetectorName =
  | 'sql'
  | 'html'
  | 'shell'
  | 'path'
  | 'template'
  | 'nosql'
  | 'ldap'
  | 'xpath'
  | 'xml'
  | 'header'
  | 'ssrf'
  | 'deserialisation'
  | 'prototype'
  | 'code'
  | 'include'
  | 'graphql'
  | 'agent'

/** One step that a backend may take before it uses a value. */
export type Decoding = 'percent' | 'plus' | 'entities' | 'escapes' | 'wide' | 'overlong' | 'base64'

/** What a detector says of one value, in one decoding. */
export interface Hit {
  /** The kind of attack in the detector's own terms: `union`, `tautology`, `stacked` ... */
  readonly class: string
  /** The quoting context in which the value was read: `as is`, `in '...'`, `attribute "..."` ... */
  readonly context: string
  /** Where the evidence is in the decoded value: from (inclusive), to (exclusive). */
  readonly start: number
  readonly end: number
  /** Facts, in a sentence without the value itself. */
  readonly why: string
}

export interface Finding extends Hit {
  readonly detector: DetectorName
  /** The steps that led to the text with the evidence, first step first; empty: the value as it came. */
  readonly decoding: readonly Decoding[]
  /** The evidence itself: at most 120 bytes of the decoded value from `start` on. It is the client's data: handle it as such. */
  readonly evidence: Bytes
}

/**
 * `concerns` looks at the mask of `classesOf(value)` alone: false means that no value of these characters can be an attack, and
 * it must be false for plain words, numbers, dates and UUIDs. `detect` costs time linear in the value and never throws.
 */
export interface Detector {
  readonly name: DetectorName
  readonly concerns: (classes: number) => boolean
  readonly detect: (value: Bytes, budget: Budget, classes: number) => Hit | null
}

/** Where a value stood: what a backend decodes there, and what a schema says of it. */
export interface Place {
  /** Form bodies and query strings: `+` is a space. The value is given after the first percent-decoding. */
  readonly form?: boolean
  /** The schema says `contentEncoding: base64` (or base64url): what it holds is inspected, too. */
  readonly base64?: boolean
}

export interface InspectOptions {
  /** Which detectors look, in this order; all of them unless given. */
  readonly detectors?: readonly Detector[]
  readonly place?: Place
  /** Shared by several values of a request where one is given; else one in proportion to the value. */
  readonly budget?: Budget
  /** Whether what a detector found is none, by the class of what it found. What stands beside it still is. */
  readonly ignore?: ((detector: DetectorName, kind: string) => boolean) | undefined
}
