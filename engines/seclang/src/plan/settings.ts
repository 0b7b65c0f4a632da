import { SecLangError } from '../error.ts'
import type { Setting } from '../parse/syntax.ts'
import type { BodyLimit, Ignored } from '../types.ts'

export type AuditEngine = 'on' | 'off' | 'relevantonly'

/** What the directives that are no rules say. */
export interface Settings {
  engine: 'on' | 'off' | 'detectiononly'
  requestBodyAccess: boolean
  requestBodyLimit: number
  /** Of a body less its files. */
  requestBodyNoFilesLimit: number
  requestBodyLimitAction: BodyLimit['beyond']
  responseBodyAccess: boolean
  responseBodyLimit: number
  responseBodyLimitAction: BodyLimit['beyond']
  responseMediaTypes: Set<string>
  argumentSeparator: string
  argumentsLimit: number | undefined
  jsonDepthLimit: number | undefined
  filesLimit: number | undefined
  /** Seconds. */
  collectionTimeout: number
  auditEngine: AuditEngine
  auditParts: string
  /** Answers that are recorded whatever the rules say. */
  auditStatuses: ReadonlySet<number>
  signatures: string[]
  webAppId: string
}

export function defaultSettings(): Settings {
  return {
    engine: 'off',
    requestBodyAccess: false,
    requestBodyLimit: 134_217_728,
    requestBodyNoFilesLimit: 1_048_576,
    requestBodyLimitAction: 'reject',
    responseBodyAccess: false,
    responseBodyLimit: 524_288,
    responseBodyLimitAction: 'reject',
    responseMediaTypes: new Set(['text/plain', 'text/html']),
    argumentSeparator: '&',
    argumentsLimit: undefined,
    jsonDepthLimit: undefined,
    filesLimit: undefined,
    collectionTimeout: 3600,
    auditEngine: 'off',
    auditParts: 'ABCFHZ',
    auditStatuses: new Set(),
    signatures: [],
    webAppId: 'default',
  }
}

type Apply = (settings: Settings, setting: Setting) => void

function word(setting: Setting): string {
  const [first] = setting.words
  if (first === undefined) throw invalid(setting, `${setting.name} needs a value`)
  return first
}

function oneOf<Value extends string>(setting: Setting, values: readonly Value[]): Value {
  const lower = word(setting).toLowerCase()
  const found = values.find((value) => value === lower)
  if (found === undefined) throw invalid(setting, `${setting.name} is one of ${values.join(', ')}`)
  return found
}

function count(setting: Setting): number {
  const text = word(setting)
  if (!/^\d{1,12}$/.test(text)) throw invalid(setting, `${setting.name} takes a number`)
  return Number(text)
}

function onOff(setting: Setting): boolean {
  return oneOf(setting, ['on', 'off']) === 'on'
}

function beyond(setting: Setting): BodyLimit['beyond'] {
  return oneOf(setting, ['reject', 'processpartial']) === 'reject' ? 'reject' : 'partial'
}

/**
 * Which statuses a pattern fits. It is asked of each of them once, so the usual one of ModSecurity, which looks ahead
 * (`^(?:5|4(?!04))`), may be what it is.
 */
function statuses(setting: Setting): ReadonlySet<number> {
  let pattern: RegExp
  try {
    pattern = new RegExp(word(setting))
  } catch {
    throw invalid(setting, `${word(setting)} is no pattern`)
  }
  const all = Array.from({ length: 500 }, (_, at) => 100 + at)
  return new Set(all.filter((status) => pattern.test(String(status))))
}

/** By name in lower case. */
const SETTINGS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['secargumentseparator', (settings, setting) => (settings.argumentSeparator = word(setting).slice(0, 1))],
  ['secargumentslimit', (settings, setting) => (settings.argumentsLimit = count(setting))],
  ['secauditengine', (settings, setting) => (settings.auditEngine = oneOf(setting, ['on', 'off', 'relevantonly']))],
  ['secauditlogparts', (settings, setting) => (settings.auditParts = word(setting).toUpperCase())],
  ['secauditlogrelevantstatus', (settings, setting) => (settings.auditStatuses = statuses(setting))],
  ['seccollectiontimeout', (settings, setting) => (settings.collectionTimeout = count(setting))],
  ['seccomponentsignature', (settings, setting) => settings.signatures.push(word(setting))],
  ['secrequestbodyaccess', (settings, setting) => (settings.requestBodyAccess = onOff(setting))],
  ['secrequestbodyjsondepthlimit', (settings, setting) => (settings.jsonDepthLimit = count(setting))],
  ['secrequestbodylimit', (settings, setting) => (settings.requestBodyLimit = count(setting))],
  ['secrequestbodylimitaction', (settings, setting) => (settings.requestBodyLimitAction = beyond(setting))],
  ['secrequestbodynofileslimit', (settings, setting) => (settings.requestBodyNoFilesLimit = count(setting))],
  ['secresponsebodyaccess', (settings, setting) => (settings.responseBodyAccess = onOff(setting))],
  ['secresponsebodylimit', (settings, setting) => (settings.responseBodyLimit = count(setting))],
  ['secresponsebodylimitaction', (settings, setting) => (settings.responseBodyLimitAction = beyond(setting))],
  [
    'secresponsebodymimetype',
    (settings, setting) => (settings.responseMediaTypes = new Set(setting.words.map((type) => type.toLowerCase()))),
  ],
  ['secresponsebodymimetypesclear', (settings) => settings.responseMediaTypes.clear()],
  ['secruleengine', (settings, setting) => (settings.engine = oneOf(setting, ['on', 'off', 'detectiononly']))],
  ['secuploadfilelimit', (settings, setting) => (settings.filesLimit = count(setting))],
  ['secwebappid', (settings, setting) => (settings.webAppId = word(setting))],
])

const HOST = 'where logs and files go, and in which form, is for the host to say'
const LINEAR = 'matching is linear: there is nothing to limit'
const OTHER = 'has no meaning outside of the Apache module'

/** Read, without effect here: why. */
const IGNORED: ReadonlyMap<string, string> = new Map([
  ...[
    'secauditlog',
    'secauditlog2',
    'secauditlogtype',
    'secauditlogstoragedir',
    'secauditlogdirmode',
    'secauditlogformat',
  ]
    .concat('secauditlogfilemode', 'secdebuglog', 'secdebugloglevel', 'sectmpdir', 'secdatadir', 'secuploaddir')
    .concat('secuploadkeepfiles', 'secuploadfilemode', 'sectmpsaveuploadedfiles', 'secauditlogprefix', 'secguardianlog')
    .map((name) => [name, HOST] as const),
  ...['secpcrematchlimit', 'secpcrematchlimitrecursion'].map((name) => [name, LINEAR] as const),
  ...['secservertokens', 'secserversignature', 'secchrootdir', 'secdisablebackendcompression', 'secruleinheritance']
    .concat(
      'secconnengine',
      'secconnreadstatelimit',
      'secconnwritestatelimit',
      'secreadstatelimit',
      'secwritestatelimit',
    )
    .concat(
      'secstatusengine',
      'seccachetransformations',
      'secruleperftime',
      'secsensorid',
      'sechttpblkey',
      'secgsblookupdb',
    )
    .concat('secinterceptonerror', 'seccontentinjection', 'secstreaminbodyinspection', 'secstreamoutbodyinspection')
    .map((name) => [name, OTHER] as const),
  ['seccookieformat', 'cookies are read as RFC 6265 writes them'],
  ['seccookiev0separator', 'cookies are read as RFC 6265 writes them'],
  ['secgeolookupdb', 'there is no database of addresses'],
  ['secrequestbodyinmemorylimit', 'bodies are held in memory up to SecRequestBodyLimit'],
  ['secunicodecodepage', 'the mapping of code page 20127 is built in'],
  ['secunicodemapfile', 'the mapping of code page 20127 is built in'],
  ['secxmlexternalentity', 'entities are never expanded'],
  ['secparsexmlintoargs', 'XML is read into XML'],
])

/**
 * Applies a directive.
 * @returns what is told about one that has no effect
 * @throws SecLangError directive_unknown, argument_invalid
 */
export function applySetting(settings: Settings, setting: Setting): Ignored | undefined {
  const apply = SETTINGS.get(setting.name)
  if (apply !== undefined) {
    apply(settings, setting)
    return undefined
  }
  const reason = IGNORED.get(setting.name)
  const { place, name } = setting
  if (reason !== undefined) return { ...place, directive: name, reason }
  throw new SecLangError('directive_unknown', `there is no directive ${name}`, place.file, place.line)
}

function invalid({ place }: Setting, message: string): SecLangError {
  return new SecLangError('argument_invalid', message, place.file, place.line)
}
