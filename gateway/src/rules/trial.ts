import type { IncomingMessage, ServerResponse } from 'node:http'
import { clipText, isSecretName } from '@holdfast/events'
import type { Audit, Connection, Engine, Header, Match, Transaction, Verdict } from '@holdfast/seclang'
import { refusal, type Refusal, type Trial } from '@holdfast/sdk/edge/guard'

export interface Tried {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly address: string
  readonly requestId: string
}

export interface Excluded {
  readonly rule: number
  /** `ARGS:comment` */
  readonly variable: string
}

/** A request under the rules, at its end. */
export interface TriedRequest {
  readonly connection: Connection
  /** Milliseconds since 1970, when it began. */
  readonly began: number
  readonly method: string
  readonly target: string
  /** `1.1` */
  readonly version: string
  readonly headers: readonly Header[]
  /** As far as it was read; null: not at all. */
  readonly body: Buffer | null
  /** Of the answer that the client got; null: none. */
  readonly status: number | null
  /** Of the application's answer. */
  readonly answerHeaders: readonly Header[]
  readonly answerBody: Buffer | null
  readonly audit: Audit
}

/** The rules of a gateway, and who is told of each request under them. */
export interface Rules {
  readonly engine: Engine
  /** Called once for each request, when it is over; null: nobody is told. */
  readonly onTried: ((tried: TriedRequest) => void) | null
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const mostTold = 8
const longest = 160

/** One request under the rules of the gateway, as it came: with the fields that go no further. */
export class RulesTrial implements Trial {
  private readonly rules: Rules
  private readonly connection: Connection
  private readonly began: number
  private readonly transaction: Transaction
  private readonly received: IncomingMessage
  private phase = 0
  private seen: Buffer | null = null
  private status: number | null = null
  private answerFields: readonly string[] = []
  private answerSeen: Buffer | null = null
  private audit: Audit | undefined
  private finished = false

  /** @param excluded what rules do not look at in this request */
  constructor(rules: Rules, { request, response, address, requestId }: Tried, excluded: readonly Excluded[] = []) {
    this.rules = rules
    this.received = request
    this.began = rules.now()
    const { remotePort = 0, localAddress = '', localPort = 0 } = request.socket
    this.connection = {
      clientAddress: address,
      clientPort: remotePort,
      serverAddress: localAddress.replace(/^::ffff:/, ''),
      serverPort: localPort,
      id: requestId,
    }
    this.transaction = rules.engine.begin(this.connection)
    for (const { rule, variable } of excluded) this.transaction.exclude(rule, variable)
    response.once('close', () => this.finish())
  }

  head(): Refusal | null {
    this.phase = 1
    const { method = '', url = '', httpVersion, rawHeaders } = this.received
    const protocol = `HTTP/${httpVersion}`
    return this.judge(this.transaction.request({ method, target: url, protocol, headers: pairs(rawHeaders) }))
  }

  /** Bytes of the body that the rules want to see; 0: none. */
  get wantsBody(): number {
    return this.transaction.wantsBody ? this.transaction.bodyLimit.bytes : 0
  }

  /** @param bytes empty where there is no body, or nobody wants it */
  body(bytes: Buffer): Refusal | null {
    this.phase = 2
    this.seen = this.rules.onTried === null ? null : bytes
    const { wantsBody } = this
    const { beyond } = this.transaction.bodyLimit
    if (bytes.length <= wantsBody || wantsBody === 0)
      return this.judge(this.transaction.body(wantsBody === 0 ? '' : bytes.toString('latin1')))
    if (beyond === 'reject')
      return { ...refusal('body_too_large', `At most ${wantsBody} bytes are accepted.`), found: {} }
    return this.judge(this.transaction.body(bytes.toString('latin1', 0, wantsBody), true))
  }

  get readsAnswers(): boolean {
    return this.transaction.readsResponseBodies
  }

  answer(status: number, fields: readonly string[]): Refusal | null {
    this.phase = 3
    this.status = status
    this.answerFields = fields
    const headers = pairs(fields)
    const refused = this.judge(this.transaction.response({ status, protocol: 'HTTP/1.1', headers }), true)
    if (refused !== null || this.wantsAnswer > 0) return refused
    // Rules of the fourth phase may ask for more than the body.
    return this.judge(this.transaction.responseBody(''), true)
  }

  /** Bytes of the answer's body that are wanted; 0: none. */
  get wantsAnswer(): number {
    return this.transaction.wantsResponseBody ? this.transaction.responseBodyLimit.bytes : 0
  }

  /** An answer that is longer than that goes no further. */
  get answerMustFit(): boolean {
    return this.transaction.responseBodyLimit.beyond === 'reject'
  }

  answerBody(bytes: Buffer): Refusal | null {
    const part = bytes.subarray(0, this.wantsAnswer)
    this.answerSeen = this.rules.onTried === null ? null : part
    return this.judge(this.transaction.responseBody(part.toString('latin1')), true)
  }

  /**
   * The client is refused. Where the gateway did it before the rules were asked, they are now, of what is known of the request: whoever
   * brings rules has their log and score for that one, too.
   * @param bytes the beginning of the body, where it was read
   * @returns as `end`
   */
  refused(status: number, bytes: Buffer | null): Readonly<Record<string, unknown>> | null {
    this.status = status
    if (this.audit === undefined) {
      if (this.phase === 0) this.head()
      if (this.phase === 1) this.body(bytes ?? Buffer.alloc(0))
    }
    const told = this.told()
    this.finish()
    return told
  }

  end(): Readonly<Record<string, unknown>> | null {
    return this.told()
  }

  /** Tells of it, once. */
  finish(): void {
    const { onTried } = this.rules
    if (this.finished) return
    this.finished = true
    const audit = this.audited()
    if (onTried === null) return
    const { connection, began, received, seen, status, answerSeen } = this
    const { method = '', url = '', httpVersion, rawHeaders } = received
    onTried({
      connection,
      began,
      method,
      target: url,
      version: httpVersion,
      headers: pairs(rawHeaders),
      body: seen,
      status,
      answerHeaders: pairs(this.answerFields),
      answerBody: answerSeen,
      audit,
    })
  }

  private audited(): Audit {
    return (this.audit ??= this.transaction.end(this.status ?? undefined))
  }

  private told(): Readonly<Record<string, unknown>> | null {
    const audit = this.audited()
    const logged = audit.matches.filter(({ log }) => log)
    if (logged.length === 0) return null
    // The variables are read out where somebody wants them only.
    const score = audit.variables.get('blocking_inbound_anomaly_score')
    const masked = new Set(audit.sanitise)
    return {
      rules: logged.slice(0, mostTold).map((match) => toldOf(match, masked)),
      ...(logged.length > mostTold && { moreRules: logged.length - mostTold }),
      ...(score !== undefined && { score: Number(score) }),
    }
  }

  private judge(verdict: Verdict, ofAnswer = false): Refusal | null {
    if (verdict.kind === 'pass') return null
    const status = verdict.kind === 'deny' ? verdict.status : 403
    const found = { rule: verdict.rule.id }
    if (ofAnswer) return { ...refusal('answer_refused', 'What the application answered may not leave.'), found }
    if (status === 413) return { ...refusal('body_too_large', 'The body is longer than what is inspected.'), found }
    if (status === 400) return { ...refusal('request_ambiguous', 'The request could not be read to its end.'), found }
    return { ...refusal('rule_matched', 'A rule of this gateway refuses the request.'), found }
  }
}

function pairs(fields: readonly string[]): Header[] {
  const headers: Header[] = []
  for (let at = 0; at < fields.length; at += 2) headers.push([fields[at] ?? '', fields[at + 1] ?? ''])
  return headers
}

function toldOf({ rule, message, variable, value }: Match, masked: ReadonlySet<string>): Record<string, unknown> {
  const hidden = masked.has(variable) || isSecretName(variable.slice(variable.indexOf(':') + 1))
  return {
    id: rule.id,
    message: clipText(message, longest),
    variable: clipText(variable, longest),
    ...(!hidden && { evidence: clipText(value.replaceAll(/\p{Cc}/gu, ' '), longest) }),
    ...(rule.severity !== undefined && { severity: rule.severity }),
  }
}
