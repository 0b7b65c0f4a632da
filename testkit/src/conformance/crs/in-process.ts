import { createEngine, type Detectors, type Engine, type Header, type Match } from '@holdfast/seclang'
import type { CrsInput } from './cases.ts'
import type { Driver, Outcome } from './driver.ts'
import { reflect } from './reflect.ts'
import { setupOf } from './setup.ts'

/** Paranoia that the regression tests presume: all rules. */
const ALL = 4

/**
 * The rule set's files, latin1: `rules/*.conf`, their data files and `crs-setup.conf.example`.
 */
export function crsEngine(files: ReadonlyMap<string, string>, detectors: Detectors): Engine {
  const rules = [...files.keys()].filter((name) => /^rules\/[^/]*\.conf$/.test(name)).toSorted()
  return createEngine({
    files: new Map([...files, ['setup.conf', setupOf(ALL)]]),
    entries: ['setup.conf', 'crs-setup.conf.example', ...rules],
    clock: Date.now,
    detectors,
  })
}

/** The engine alone: what comes to it is what a lenient HTTP parser would hand on, a backend that reflects answers. */
export function inThisProcess(engine: Engine): Driver {
  return {
    overTheWire: false,
    play: (input) => Promise.resolve(play(engine, input)),
    close: () => Promise.resolve(),
  }
}

interface Request {
  readonly line: string
  readonly headers: readonly Header[]
  readonly body: string
}

function play(engine: Engine, input: CrsInput): Outcome {
  const { line, headers, body: sent } = requestOf(input)
  const framed = new Set(headers.map(([name]) => name.toLowerCase()))
  const [chunked, measured] = [framed.has('transfer-encoding'), framed.has('content-length')]
  // Conflicting lengths are refused by every parser of today; without a length there is no body (RFC 9112, section 6.3).
  if (chunked && measured) return { status: 400, seen: false, log: [] }
  const body = chunked || measured ? sent : ''
  const [, method = '', target = '', protocol = ''] = /^(\S*) (.*?)(?: (HTTP\/\S*))?$/.exec(line) ?? []
  const transaction = engine.begin({
    clientAddress: '127.0.0.1',
    clientPort: 50_000,
    serverAddress: '127.0.0.1',
    serverPort: 80,
    id: 'conformance',
  })
  transaction.request({ method, target, protocol, headers, line })
  transaction.body(body)
  const answer = reflect(target, body)
  transaction.response({ status: answer.status, protocol: 'HTTP/1.1', headers: answer.headers })
  transaction.responseBody(answer.body)
  const { matches } = transaction.end()
  return { status: answer.status, seen: true, log: matches.filter(({ log }) => log).map(lineOf) }
}

function requestOf(input: CrsInput): Request {
  if (input.kind === 'request') {
    const { method, uri, version, headers, body } = input
    return { line: `${method} ${uri} ${version}`, headers, body }
  }
  const end = /\r?\n\r?\n/.exec(input.bytes)
  const [line = '', ...lines] = input.bytes.slice(0, end?.index).split(/\r?\n/)
  const headers = lines.map((each): Header => {
    const [, name = '', value = ''] = /^([^:]*):[ \t]*(.*?)[ \t]*$/s.exec(each) ?? []
    return [name, value]
  })
  return { line, headers, body: end === null ? '' : input.bytes.slice(end.index + end[0].length) }
}

/** A line of an error log as ModSecurity writes it. */
export function lineOf({ rule, message, data, variable, value }: Match): string {
  const tags = rule.tags.map((tag) => `[tag "${tag}"]`).join(' ')
  return (
    `ModSecurity: Warning. Matched "${variable}" with ${JSON.stringify(value)} ` +
    `[file "${rule.file}"] [line "${rule.line}"] [id "${rule.id}"] [msg "${message}"] [data "${data}"] ` +
    `[severity "${rule.severity ?? ''}"] [ver "${rule.version}"] ${tags}`
  )
}
