import { isSecretName, scrubText } from '@holdfast/events'
import type { Engine, Header, Match } from '@holdfast/seclang'
import { version } from '../version.ts'
import type { TriedRequest } from './trial.ts'

/** Characters of an operator's argument that are told: some patterns are a page long. */
const mostArgument = 512
/** Bytes of a body that are recorded. */
const mostBody = 64 * 1024
const hidden = '***'
/** In a cookie: more likely a session than an attack. */
const tokenLike = /^[\w.~+/=%-]{16,}$/
/** Shorter ones stand everywhere by chance. */
const shortestSecret = 4
const mostSecrets = 64
const engines = { on: 'Enabled', off: 'Disabled', detectiononly: 'DetectionOnly' } as const

/**
 * A transaction as ModSecurity 3 writes it (SecAuditLogFormat JSON), with the parts that the rules want (SecAuditLogParts): B and F heads, C
 * the request's body, I the same but for multipart, E the answer's, H who made it and what matched. Two things are otherwise: fields of the
 * same name are joined by a comma, and secrets are masked.
 */
export function auditLine(tried: TriedRequest, { components }: Engine): string {
  const { connection, began, method, target, version: protocol, body, status, answerBody, audit } = tried
  const mask = new Mask(audit.sanitise)
  const wants = (part: string): boolean => audit.parts.includes(part)
  const multipart = tried.headers.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && /^\s*multipart\//i.test(value),
  )
  const told = wants('C') || (wants('I') && !multipart)
  // Whether they are told or not: what is hidden in them is hidden in messages.
  const shown = {
    uri: mask.target(target),
    body: mask.body(body),
    headers: mask.headers(tried.headers, 'REQUEST_HEADERS'),
  }
  const transaction = {
    client_ip: connection.clientAddress,
    time_stamp: asctime(began),
    client_port: connection.clientPort,
    host_ip: connection.serverAddress,
    host_port: connection.serverPort,
    unique_id: connection.id,
    request: {
      method,
      http_version: Number(protocol),
      uri: shown.uri,
      ...(told && { body: shown.body }),
      ...(wants('B') && { headers: shown.headers }),
    },
    response: {
      ...(wants('E') && { body: mask.body(answerBody) }),
      http_code: status ?? 0,
      ...(wants('F') && { headers: mask.headers(tried.answerHeaders, 'RESPONSE_HEADERS') }),
    },
    ...(wants('H') && {
      producer: {
        modsecurity: `Holdfast ${version}`,
        connector: `Holdfast gateway ${version}`,
        secrules_engine: engines[audit.mode],
        components,
      },
      messages: audit.matches.filter((match) => match.audit).map((match) => messageOf(match, mask)),
    }),
  }
  return `${JSON.stringify({ transaction })}\n`
}

function messageOf({ rule, message, data, variable, value }: Match, mask: Mask): Record<string, unknown> {
  const { negated, name, argument } = operatorOf(rule.operator)
  const matched = `(Value: \`${mask.matched(variable, value)}' )`
  return {
    message: mask.matched('', message),
    details: {
      match:
        name === ''
          ? 'Unconditional match in SecAction.'
          : `Matched "${negated}Operator \`${name}' with parameter \`${argument}' against variable \`${variable}' ${matched}`,
      reference: '',
      ruleId: String(rule.id),
      file: rule.file,
      lineNumber: String(rule.line),
      data: mask.matched(variable, data),
      severity: String(rule.severity ?? ''),
      ver: rule.version,
      rev: rule.revision,
      tags: rule.tags,
      maturity: '0',
      accuracy: '0',
    },
  }
}

function operatorOf(text: string): { negated: string; name: string; argument: string } {
  const [, not = '', name = '', argument = ''] = /^(!?)@(\S+)(?: (.*))?$/s.exec(text) ?? []
  const told = argument.length > mostArgument ? `${argument.slice(0, mostArgument)}...` : argument
  return { negated: not, name: name.slice(0, 1).toUpperCase() + name.slice(1), argument: told }
}

/** Hides what `sanitise...` names, what secrets are usually called, and what looks like one. */
class Mask {
  private readonly named: ReadonlySet<string>
  /** What was hidden so far: rules may have seen it elsewhere, as in the whole target. */
  private readonly values: Set<string> = new Set()

  constructor(sanitise: readonly string[]) {
    this.named = new Set(sanitise.map((name) => name.toLowerCase()))
  }

  hides(variable: string): boolean {
    const name = variable.slice(variable.indexOf(':') + 1)
    return this.named.has(variable.toLowerCase()) || isSecretName(name.replace(/^json\./, ''))
  }

  /** What a rule tells: of a value, or of where it stood. */
  matched(variable: string, text: string): string {
    if (this.hides(variable)) return hidden
    if (variable.startsWith('REQUEST_COOKIES:') && tokenLike.test(text)) return this.hide(text)
    let told = text
    for (const value of this.values) told = told.replaceAll(value, hidden)
    return scrubText(readable(told))
  }

  private hide(value: string): string {
    for (const each of [value, decoded(value)])
      if (each.length >= shortestSecret && this.values.size < mostSecrets) this.values.add(each)
    return hidden
  }

  headers(headers: readonly Header[], collection: string): Record<string, string> {
    const told = new Map<string, string>()
    for (const [name, value] of headers) {
      const text = this.hides(`${collection}:${name}`) ? this.hide(value) : scrubText(readable(value))
      const before = told.get(name)
      told.set(name, before === undefined ? text : `${before}, ${text}`)
    }
    return Object.fromEntries(told)
  }

  target(target: string): string {
    const mark = target.indexOf('?')
    if (mark < 0) return scrubText(readable(target))
    return scrubText(readable(target.slice(0, mark + 1) + this.pairs(target.slice(mark + 1), 'ARGS_GET')))
  }

  body(bytes: Buffer | null): string {
    if (bytes === null || bytes.length === 0) return ''
    const text = bytes.toString('latin1', 0, mostBody)
    const pairs = /^[^\s={}"<]{1,200}=/.test(text) ? this.pairs(text, 'ARGS_POST') : this.members(text)
    return scrubText(readable(pairs))
  }

  /** `a=1&password=***` */
  private pairs(text: string, collection: string): string {
    const told = text.split('&').map((pair) => {
      const sign = pair.indexOf('=')
      const name = decoded(pair.slice(0, Math.max(0, sign)))
      const secret = sign > 0 && (this.hides(`ARGS:${name}`) || this.hides(`${collection}:${name}`))
      return secret ? `${pair.slice(0, sign)}=${this.hide(pair.slice(sign + 1))}` : pair
    })
    return told.join('&')
  }

  /** `{"password":"***"}`, in whatever else it stands. */
  private members(text: string): string {
    return text.replaceAll(
      /"((?:[^"\\]|\\.){1,200})"(\s*:\s*)(?:"((?:[^"\\]|\\.)*)"?|([^\s",}\]]+))/g,
      (member, name: string, colon: string, quoted: string | undefined, bare = '') =>
        this.hides(`ARGS:${name}`) || this.hides(`ARGS:json.${name}`)
          ? `"${name}"${colon}"${this.hide(quoted ?? bare)}"`
          : member,
    )
  }
}

/** Percent-decoded, bytes as bytes. */
function decoded(name: string): string {
  return name
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** Bytes as text: UTF-8 where they are, else as they stand. */
function readable(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? bytes : text
}

/** `Sun Nov 22 15:32:28 2026`, UTC. */
function asctime(milliseconds: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(new Date(milliseconds).toUTCString()) ?? []
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`
}
