import type { GuardMode } from '../api/types.ts'

/** What the parts of a protection are called, in the order in which they are shown. */
const partLabels: Readonly<Record<string, string>> = {
  inspection: 'Inspection',
  csrf: 'Cross-site requests',
  headers: 'Security headers',
  csp: 'Content security policy',
  limits: 'Limits',
  addresses: 'Addresses',
  routes: 'Routes',
  policy: 'Decisions by policies',
  upstreams: 'Upstreams',
}

export const modeWords: Readonly<Record<GuardMode, string>> = { block: 'Block', report: 'Report only', off: 'Off' }

/** Settings in words, by the way to them; what is not here is shown as the document has it. */
const settingLabels: Readonly<Record<string, string>> = {
  'policy.mode': 'What happens to what they do not permit',
  'policy.unmatched': 'Paths that no route names',
  'inspection.mode': 'What happens to what is found',
  'inspection.routes': 'Modes of single routes',
  'inspection.exceptions': 'Exceptions',
  'inspection.ruleExceptions': 'Exceptions from rules',
  'inspection.document': 'Document of the API',
  'inspection.unknown': 'What the document does not name',
  'inspection.without': 'Detectors that are not asked',
  'inspection.bodyBytes': 'Longest body that is inspected',
  'inspection.learn': 'Learning',
  'inspection.answers.schema': 'Answers and the document',
  'inspection.answers.leaks': 'Leaks in answers',
  'csrf.mode': 'Requests that other sites send',
  'csrf.sameSite': 'Sibling subdomains',
  'csrf.trustedOrigins': 'Trusted origins',
  'csrf.withoutCookies': 'Requests without cookies',
  'csrf.withoutOrigin': 'Requests that do not say where they come from',
  'csrf.doubleSubmit': 'Token of the page',
  'csrf.exempt': 'Exempt routes',
  'headers.when': 'Where the application says something itself',
  'headers.permissions': 'Permissions-Policy',
  'headers.routes': 'Headers of single routes',
  'csp.mode': 'What browsers do with the policy',
  'csp.nonce': 'Nonce',
  'csp.hashes': 'Hashes of inline scripts',
  'csp.trustedTypes': 'Trusted Types',
  'csp.directives': 'Directives',
  'csp.reports': 'Reports of browsers',
  'limits.mode': 'What happens above a limit',
  'limits.rules': 'Rules',
  'limits.headers': 'RateLimit headers',
  'limits.concurrency.application': 'Requests at once',
  'limits.concurrency.perClient': 'Requests at once of one client',
  'limits.shedAfterMs': 'Load shedding',
  'addresses.allow': 'Only these addresses',
  'addresses.deny': 'Refused addresses',
}

export function settingLabel(path: readonly string[]): string {
  const [part = '', ...rest] = path
  const label = partLabels[part] ?? part
  return rest.length === 0 ? label : `${label}: ${settingLabels[path.join('.')] ?? rest.join('.')}`
}

/** A setting's value in a few words. */
export function valueWords(value: unknown): string {
  if (value === null) return 'none'
  if (value === undefined) return 'not said'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length} in the list`
  if (typeof value === 'object') return `${Object.keys(value).length} entries`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Where in a request something was found. */
export const placeWords: Readonly<Record<string, string>> = {
  path: 'path',
  query: 'query parameter',
  header: 'header',
  cookie: 'cookie',
  body: 'body',
  file: 'uploaded file',
  response: 'answer',
  rule: 'variable of the rule',
}

/** Detectors and what each of them reads a value as. */
export const detectors: readonly (readonly [name: string, reads: string])[] = [
  ['sql', 'SQL'],
  ['html', 'HTML and scripts in it'],
  ['shell', 'commands of a shell'],
  ['path', 'paths out of a folder'],
  ['template', 'expressions of templates'],
  ['nosql', 'operators of MongoDB and its kin'],
  ['ldap', 'LDAP filters'],
  ['xpath', 'XPath'],
  ['xml', 'entities and includes of XML'],
  ['header', 'line ends that begin a header'],
  ['ssrf', 'addresses within the own network'],
  ['deserialisation', 'serialised objects'],
  ['prototype', 'the prototype of JavaScript objects'],
  ['code', 'code of PHP, Python, JavaScript, Java, and directives of servers'],
  ['include', 'files of other servers'],
  ['graphql', 'introspection and depth of GraphQL'],
  ['agent', 'names of scanners'],
]

const decodings: Readonly<Record<string, string>> = {
  percent: 'Percent-decoded',
  plus: 'Plus signs read as blanks',
  entities: 'HTML entities resolved',
  escapes: 'Backslash escapes resolved',
  wide: 'Wide letters folded to ASCII',
  overlong: 'Overlong UTF-8 read leniently',
  base64: 'Base64 decoded',
}

export function decodingWords(step: string): string {
  return decodings[step] ?? `Decoded (${step})`
}

const findingKinds: Readonly<Record<string, string>> = {
  attack: 'Attack',
  schema: 'Not as the document says',
  ambiguity: 'Can be read in two ways',
  leak: 'Leak in an answer',
  rule: 'Rule',
  other: 'Other',
}

export function kindWords(kind: string): string {
  return findingKinds[kind] ?? kind
}
