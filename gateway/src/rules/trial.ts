import type { IncomingMessage } from 'node:http'
import { clipText, isSecretName } from '@holdfast/events'
import type { Engine, Header, Match, Transaction, Verdict } from '@holdfast/seclang'
import { refusal, type Refusal, type Trial } from '@holdfast/sdk/edge/guard'

export interface Tried {
  readonly request: IncomingMessage
  readonly address: string
  readonly requestId: string
}

const mostTold = 8
const longest = 160

/** One request under the rules of the gateway, as it came: with the fields that go no further. */
export class RulesTrial implements Trial {
  private readonly transaction: Transaction
  private readonly received: IncomingMessage
  private ended: Readonly<Record<string, unknown>> | null | undefined

  constructor(engine: Engine, { request, address, requestId }: Tried) {
    this.received = request
    const { remotePort = 0, localAddress = '', localPort = 0 } = request.socket
    this.transaction = engine.begin({
      clientAddress: address,
      clientPort: remotePort,
      serverAddress: localAddress.replace(/^::ffff:/, ''),
      serverPort: localPort,
      id: requestId,
    })
  }

  head(): Refusal | null {
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
    const { wantsBody } = this
    const { beyond } = this.transaction.bodyLimit
    if (bytes.length <= wantsBody || wantsBody === 0)
      return this.judge(this.transaction.body(wantsBody === 0 ? '' : bytes.toString('latin1')))
    if (beyond === 'reject')
      return { ...refusal('body_too_large', `At most ${wantsBody} bytes are accepted.`), found: this.end() ?? {} }
    return this.judge(this.transaction.body(bytes.toString('latin1', 0, wantsBody), true))
  }

  answer(status: number, fields: readonly string[]): Refusal | null {
    return this.judge(this.transaction.response({ status, protocol: 'HTTP/1.1', headers: pairs(fields) }), true)
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
    return this.judge(this.transaction.responseBody(bytes.toString('latin1', 0, this.wantsAnswer)), true)
  }

  /** Ends it, once. @returns for an event: which rules matched; null: none that should be told */
  end(): Readonly<Record<string, unknown>> | null {
    if (this.ended !== undefined) return this.ended
    const { matches, variables, sanitise } = this.transaction.end()
    const told = matches.filter(({ log }) => log)
    const score = variables.get('blocking_inbound_anomaly_score')
    const masked = new Set(sanitise)
    this.ended =
      told.length === 0
        ? null
        : {
            rules: told.slice(0, mostTold).map((match) => toldOf(match, masked)),
            ...(told.length > mostTold && { moreRules: told.length - mostTold }),
            ...(score !== undefined && { score: Number(score) }),
          }
    return this.ended
  }

  private judge(verdict: Verdict, ofAnswer = false): Refusal | null {
    if (verdict.kind === 'pass') return null
    const status = verdict.kind === 'deny' ? verdict.status : 403
    const found = { rule: verdict.rule.id, ...this.end() }
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
