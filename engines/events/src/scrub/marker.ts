/** What a redacted place held. The first are found by a name or a context, the later ones by their own form. */
const KINDS = [
  'password',
  'secret',
  'token',
  'key',
  'cookie',
  'authorization',
  'credential',
  'code',
  'phrase',
  'cvv',
  'card',
  'jwt',
  'private-key',
  'random',
  'unclear',
  'holdfast',
  'hfs',
  'hfk',
  'hfc',
  'hfb',
  'hfi',
  'aws',
  'google',
  'azure',
  'github',
  'gitlab',
  'slack',
  'stripe',
  'twilio',
  'sendgrid',
  'npm',
  'pypi',
  'ai',
  'hashicorp',
  'digitalocean',
  'shopify',
  'square',
  'atlassian',
  'webhook',
  'service',
  'age',
  'onepassword',
] as const

export type Kind = (typeof KINDS)[number]

/**
 * The text that stands for a secret. Of a card the last four digits stay: PCI DSS 4.0, 3.4.1 allows at most the first
 * six and the last four.
 */
export function marker(kind: Kind, lastFour?: string): string {
  return lastFour === undefined ? `[redacted:${kind}]` : `[redacted:${kind} ****${lastFour}]`
}

const MARKER = new RegExp(`\\[redacted:(?:card \\*{4}[0-9]{4}|(?:${KINDS.join('|')}))\\]`, 'y')

/**
 * Where the marker ends that begins at `at`, or -1. Only our own words count, so that nobody can hide a secret in a
 * marker of his own.
 */
export function markerEnd(text: string, at: number): number {
  MARKER.lastIndex = at
  return MARKER.test(text) ? MARKER.lastIndex : -1
}
