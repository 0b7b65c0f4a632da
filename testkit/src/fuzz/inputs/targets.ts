import { ADDRESS_DETECTORS, AGENT_DETECTORS, inspect, reachesPrototype } from '@holdfast/detectors'
import {
  clientOf,
  compileGuard,
  compileNetworks,
  compilePath,
  compileRoutes,
  defaultProtection,
  PATH_PATTERN,
  readAddress,
  readReports,
} from '@holdfast/http-guard'
import { createInspector, readJson, LIMITS } from '@holdfast/inspection'
import { compile, createPatternSet, createPhraseSet, PatternError } from '@holdfast/match'
import { guardSql, type SqlDialect, traceRequest } from '@holdfast/sdk/sql-guard'
import { createEngine } from '@holdfast/seclang'
import { detectors } from '../../conformance/detectors.ts'

/** Something that reads what strangers write. It may refuse an input; whatever it throws is a crash. */
export interface Target {
  readonly name: string
  /** @param which of several forms the input is put in: any number */
  readonly read: (input: string, which: number) => void
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/json',
  'multipart/form-data; boundary=x',
  'text/xml',
  'text/plain',
  '',
]

const values: Target = {
  name: 'detectors',
  read: (input, which) => {
    inspect(input, {
      place: { form: which % 2 === 0, base64: which % 7 === 0 },
      detectors: which % 3 === 0 ? ADDRESS_DETECTORS : AGENT_DETECTORS,
    })
    reachesPrototype(input)
  },
}

const KNOWN = [
  '(?i)union\\s+select',
  '(a|b)*c',
  '<script[^>]*>',
  "'\\s*(?:or|and)\\b",
  '\\d{1,3}(?:\\.\\d{1,3}){3}',
  '.*=.*,.*=.*',
].map((source) => compile(source))
const SET = createPatternSet([...KNOWN, createPhraseSet(['select', 'union', '../', '<script'])])

/** Patterns that are known, over the input. */
const matching: Target = {
  name: 'match: texts',
  read: (input) => {
    for (const matcher of KNOWN) {
      matcher.test(input)
      matcher.groups(input)
    }
    SET.matches(input)
  },
}

/** The input as a pattern, over a text that repeats it. */
const patterns: Target = {
  name: 'match: patterns',
  read: (input) => {
    const source = input.slice(0, 120)
    try {
      const matcher = compile(source, { limits: { states: 2_000 } })
      matcher.test(source + source)
      matcher.find(`aaaa${source}`)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
    }
  },
}

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecDefaultAction "phase:2,pass,log"
SecRule ARGS|ARGS_NAMES|REQUEST_COOKIES|XML:/*|XML://@* "@rx (?i)union\\s+select" "id:1,phase:2,pass,capture,t:urlDecodeUni,t:htmlEntityDecode,t:jsDecode,t:cssDecode,setvar:tx.score=+5,logdata:'%{TX.0}'"
SecRule REQUEST_HEADERS|REQUEST_URI_RAW "@pm select script" "id:2,phase:2,pass,multiMatch,t:lowercase,t:removeWhitespace,t:cmdLine,t:normalizePathWin,t:replaceComments"
SecRule FILES|FILES_NAMES|MULTIPART_PART_HEADERS "!@validateByteRange 32-126" "id:3,phase:2,pass,t:utf8toUnicode,t:base64DecodeExt"
SecRule ARGS "@detectSQLi" "id:4,phase:2,pass,t:none,t:urlDecode,t:compressWhitespace,t:removeNulls,t:trim,t:sha1,t:hexEncode"
SecRule ARGS "@detectXSS" "id:5,phase:2,pass,t:none,t:escapeSeqDecode,t:removeCommentsChar,t:sqlHexDecode,t:length"
SecRule &ARGS "@gt 3" "id:6,phase:2,pass,chain"
  SecRule MATCHED_VARS|TX:/./ "@validateUtf8Encoding" "t:hexDecode"
SecRule RESPONSE_BODY "@rx <[a-z]+" "id:7,phase:4,pass"
`
const engine = createEngine({ files: new Map([['rules', RULES]]), entries: ['rules'], clock: () => 0, detectors })

const rules: Target = {
  name: 'seclang: requests',
  read: (input, which) => {
    const transaction = engine.begin({
      clientAddress: '192.0.2.7',
      clientPort: 50_000,
      serverAddress: '127.0.0.1',
      serverPort: 443,
      id: 'fuzz',
    })
    const inHead = which % 4 === 0
    transaction.request({
      method: 'POST',
      target: inHead ? `/${input}` : '/a?b=c',
      protocol: 'HTTP/1.1',
      headers: [
        ['Content-Type', TYPES[which % TYPES.length] ?? ''],
        ['Cookie', inHead ? input : 'a=b'],
      ],
    })
    transaction.body(inHead ? '' : input)
    transaction.response({ status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/html']] })
    transaction.responseBody(input.slice(0, 2_000))
    transaction.end()
  },
}

const inspector = createInspector({ remembered: 0 })
const HEADER = /[\r\n\0]/g

const heads: Target = {
  name: 'inspection: heads',
  read: (input, which) => {
    const field = input.replace(HEADER, ' ')
    const headers = [
      'Host',
      'shop.example',
      'Cookie',
      which % 2 === 0 ? field : 'a=b',
      which % 3 === 0 ? 'Referer' : 'X-A',
      field,
    ]
    if (which % 5 === 0) headers.push('Content-Type', field, 'Content-Length', '3')
    const inspection = inspector.begin({ method: 'GET', target: `/${input.replace(/[\s\0]/g, '+')}`, headers })
    if (which % 5 === 0) inspection.body(Buffer.from('a=b'))
    inspection.summary()
  },
}

const bodies: Target = {
  name: 'inspection: bodies',
  read: (input, which) => {
    const type = TYPES[which % TYPES.length] ?? ''
    const body = Buffer.from(type.startsWith('multipart') ? `--x\r\n${input}\r\n--x--\r\n` : input, 'latin1')
    const headers = [
      'Host',
      'shop.example',
      'Content-Length',
      String(body.length),
      ...(type === '' ? [] : ['Content-Type', type]),
    ]
    if (which % 11 === 0) headers.push('Content-Encoding', 'gzip')
    const inspection = inspector.begin({ method: 'POST', target: '/a', headers })
    inspection.body(body)
    inspection.summary()
    readJson(utf8(input), LIMITS)
  },
}

const GUARD = compileGuard(defaultProtection)
const ROUTES = compileRoutes(['/a/{id}', '/a/**', '/b/{c}/d', '/e*'].map((path) => ({ path })))
const NETWORKS = compileNetworks(['10.0.0.0/8', '2001:db8::/32', '::ffff:192.0.2.0/120'])

const guard: Target = {
  name: 'http-guard',
  read: (input, which) => {
    readAddress(input)
    NETWORKS.has(clientOf(input.trim()))
    compilePath('/a/{b}').read(`/a/${input}`)
    if (PATH_PATTERN.test(`/${input}`)) compilePath(`/${input}`).loosely('/a')
    ROUTES.surely('POST', [`/${input}`])
    GUARD.csrf.judge({
      method: 'POST',
      readings: [`/${input}`],
      query: `?${input}`,
      scheme: 'https',
      host: 'shop.example',
      fetchSite: which % 3 === 0 ? input : null,
      origin: which % 3 === 1 ? input : null,
      referer: which % 3 === 2 ? input : null,
      override: which % 2 === 0 ? input : null,
      upgrade: which % 5 === 0,
      ambient: true,
    })
    const report = readJson(utf8(input), LIMITS)
    readReports('value' in report ? report.value : input, 'shop.example')
  },
}

const guarded = (['postgresql', 'mysql', 'sqlite'] satisfies readonly SqlDialect[]).map((dialect) => {
  const answer = (text: string): string => text
  const database = { query: answer, execute: answer, prepare: answer, exec: answer, pragma: answer }
  guardSql(database, { dialect, mode: 'report' })
  return dialect === 'sqlite' ? database.prepare : database.query
})

const queries: Target = {
  name: 'SQL guard',
  read: (input, which) => {
    const text = utf8(input)
    const ask = guarded[which % guarded.length]
    traceRequest({ headers: { 'x-a': text }, url: '/a?b=c', body: { a: text } }, () => {
      ask?.(which % 2 === 0 ? `SELECT a FROM b WHERE c = '${text}' ORDER BY 1` : text)
    })
  },
}

export const TARGETS: readonly Target[] = [values, matching, patterns, rules, heads, bodies, guard, queries]
