/** Compares what an application sets with what we would set. Lists are ordered from strict to lax. */

/** What we may set. Referrer Policy (W3C) section 3, by how much the Referer tells. */
export const REFERRER_POLICIES = [
  'no-referrer',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'origin',
  'origin-when-cross-origin',
] as const
export const OPENER_POLICIES = ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups'] as const
export const EMBEDDER_POLICIES = ['require-corp', 'credentialless'] as const
export const RESOURCE_POLICIES = ['same-origin', 'same-site', 'cross-origin'] as const

// What we would not set, an application may: the laxest end.
const referrer = [...REFERRER_POLICIES, 'no-referrer-when-downgrade', 'unsafe-url']
const opener = [...OPENER_POLICIES, 'unsafe-none']
const embedder = [...EMBEDDER_POLICIES, 'unsafe-none']
const frame = ['deny', 'sameorigin']

export type Stricter = (theirs: string, ours: string) => string | null

/** Null: what they say is none of the known values, and a browser takes it for nothing. */
const byRank =
  (ranks: readonly string[], read: (value: string) => string): Stricter =>
  (theirs, ours) => {
    const rank = ranks.indexOf(read(theirs))
    if (rank < 0) return null
    return rank <= ranks.indexOf(ours.toLowerCase()) ? theirs : ours
  }

const plain = (value: string): string => value.trim().toLowerCase()
const item = (value: string): string => plain(value.split(';', 1)[0] ?? '')
/** Of a list of policies the last one that is known counts. */
const lastKnown = (value: string): string =>
  value
    .split(',')
    .map(plain)
    .findLast((each) => referrer.includes(each)) ?? ''

/** @returns the stricter of both, or null when theirs means nothing to a browser */
export const stricter: ReadonlyMap<string, Stricter> = new Map([
  ['x-content-type-options', byRank(['nosniff'], plain)],
  ['referrer-policy', byRank(referrer, lastKnown)],
  ['cross-origin-opener-policy', byRank(opener, item)],
  ['cross-origin-embedder-policy', byRank(embedder, item)],
  ['cross-origin-resource-policy', byRank(RESOURCE_POLICIES, plain)],
  ['x-frame-options', byRank(frame, plain)],
  ['strict-transport-security', stricterTransport],
  ['permissions-policy', stricterPermissions],
])

/** RFC 6797 section 6.1: the longer time, and subdomains and preload where either says so. */
function stricterTransport(theirs: string, ours: string): string | null {
  const age = maxAge(theirs)
  if (age === null) return null
  const both = `${theirs};${ours}`.toLowerCase()
  const longest = Math.max(age, maxAge(ours) ?? 0)
  const named = ['includesubdomains', 'preload'].filter((name) => both.split(';').some((part) => part.trim() === name))
  const spelled = named.map((name) => (name === 'preload' ? 'preload' : 'includeSubDomains'))
  return [`max-age=${longest}`, ...spelled].join('; ')
}

function maxAge(value: string): number | null {
  const match = /(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)/i.exec(value)
  return match === null ? null : Number(match[1])
}

/** Features that either switches off stay off; what only one names, stands. */
function stricterPermissions(theirs: string, ours: string): string | null {
  const features = readFeatures(theirs)
  // What we cannot read may be stricter than ours.
  if (features === null) return theirs
  for (const [name, value] of readFeatures(ours) ?? []) {
    if (value === '()' || !features.has(name)) features.set(name, value)
  }
  return [...features].map(([name, value]) => `${name}=${value}`).join(', ')
}

/** `camera=(), geolocation=(self "https://a.example")`, a dictionary of RFC 9651. */
function readFeatures(text: string): Map<string, string> | null {
  const features = new Map<string, string>()
  for (const part of text.split(',')) {
    const match = /^\s*([a-z][a-z0-9-]*)=(\([^()]*\)|\*|self)\s*$/.exec(part)
    if (match === null) return null
    features.set(match[1] ?? '', match[2] ?? '')
  }
  return features
}
