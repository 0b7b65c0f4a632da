import { findCards } from './cards.ts'
import { findPrivateKeys } from './marks.ts'
import type { Span } from './spans.ts'
import { findTokens } from './tokens.ts'

/** A secret that a text shows to whoever reads it. */
export interface ShownSecret {
  /** As in a marker: `private-key`, `aws`, `card` ... */
  readonly kind: string
  readonly start: number
  readonly end: number
}

/** Vendors whose tokens are secret wherever they stand; others make some that are meant for browsers. */
const ALWAYS_SECRET: ReadonlySet<string> = new Set(
  [
    'private-key',
    'card',
    'aws',
    'github',
    'gitlab',
    'slack',
    'stripe',
    'sendgrid',
    'npm',
    'pypi',
    'digitalocean',
  ].concat('shopify', 'atlassian', 'age'),
)

/** Private keys, vendors' tokens and card numbers in a text, by their form alone; for texts that nobody is expected to write them into. */
export function secretsShown(text: string): readonly ShownSecret[] {
  const spans: Span[] = []
  const found = (span: Span): void => void spans.push(span)
  findPrivateKeys(text, found)
  findTokens(text, found)
  if (/\d{4}[ -]?\d{4}/.test(text)) findCards(text, found)
  return spans
    .map(({ start, end, marker }) => ({ kind: /^\[redacted:([a-z-]+)/.exec(marker)?.[1] ?? '', start, end }))
    .filter(({ kind }) => ALWAYS_SECRET.has(kind))
}
