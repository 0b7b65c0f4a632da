import type { AnswerReader, Finding, Inspection, RequestHead as Received, Verdict } from '@holdfast/inspection'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { RequestHead } from '../request/head.ts'
import type { AnswerWatch } from './answer.ts'
import type { InspectionPolicy } from './policy.ts'
import { refusalOf } from './refuse.ts'

/** What of findings stands in an event: an event has its bounds. */
const mostTold = 8

/** One request under inspection, and its answer. */
export class Watch {
  private readonly policy: InspectionPolicy
  private readonly received: Received
  private readonly inspection: Inspection
  private reader: AnswerReader | null = null
  private refused = false

  constructor(policy: InspectionPolicy, head: RequestHead, cookie: string | null) {
    this.policy = policy
    this.received = { method: head.method, target: head.target.raw, headers: forwarded(head, cookie) }
    this.inspection = policy.inspector.begin(this.received)
  }

  /** How many bytes of the body must be there before the request may go on; 0: none. */
  get wantsBody(): number {
    return this.inspection.wantsBody
  }

  get wantsAnswer(): boolean {
    return this.policy.answers
  }

  /** What the head alone says. */
  head(): Refusal | null {
    return this.judge(this.inspection.verdict, null)
  }

  body(bytes: Buffer): Refusal | null {
    return this.judge(this.inspection.body(bytes), bytes)
  }

  answer(status: number, headers: readonly string[]): AnswerWatch {
    const reader = this.inspection.answer({ status, headers })
    this.reader = reader
    return {
      refusal: this.judgeAnswer(reader.verdict),
      wants: reader.wants,
      mostBytes: reader.mostBytes,
      part: (chunk) => this.judgeAnswer(reader.chunk(chunk)),
      whole: (bytes) => {
        const { verdict, body } = reader.whole(bytes)
        return { refusal: this.judgeAnswer(verdict), body: body === null ? null : Buffer.from(body) }
      },
      beyond: () => (this.policy.answersMustFit ? { ...tooLong, cause: `beyond ${reader.mostBytes} bytes` } : null),
    }
  }

  /** What was found and let through; null: nothing. */
  get reported(): Refusal | null {
    const findings = this.findings
    return this.refused || findings.length === 0 ? null : this.refusal(findings)
  }

  private get findings(): readonly Finding[] {
    return [...this.inspection.summary().findings, ...(this.reader?.verdict.findings ?? [])]
  }

  private judge(verdict: Verdict, bytes: Buffer | null): Refusal | null {
    if (verdict.outcome !== 'block') return null
    const { findings } = this.asLenient(verdict, bytes)
    if (findings.length === 0) return null
    this.refused = true
    return this.refusal(findings)
  }

  private judgeAnswer({ outcome, findings }: Verdict): Refusal | null {
    if (outcome !== 'block') return null
    this.refused = true
    return this.refusal(findings)
  }

  /** Where what is unknown is only reported: what is found besides. */
  private asLenient(verdict: Verdict, bytes: Buffer | null): Verdict {
    if (this.policy.lenient === null) return verdict
    const lenient = this.policy.lenient.begin(this.received)
    return bytes === null || lenient.wantsBody === 0 ? lenient.verdict : lenient.body(bytes)
  }

  private refusal(findings: readonly Finding[]): Refusal {
    const { operation } = this.inspection.summary()
    const found = {
      ...(operation !== null && { operation }),
      findings: findings.slice(0, mostTold),
      ...(findings.length > mostTold && { more: findings.length - mostTold }),
    }
    return { ...refusalOf(findings), found }
  }
}

const tooLong = refusal('answer_refused', 'What the application answered is longer than what is looked at.')

/** The fields as the upstream will see them: names and values by turns. */
function forwarded(head: RequestHead, cookie: string | null): string[] {
  const { fields, accept, userAgent, framing } = head
  const all = [...fields]
  if (accept !== '') all.push('Accept', accept)
  if (userAgent !== null) all.push('User-Agent', userAgent)
  if (cookie !== null) all.push('Cookie', cookie)
  if (framing.kind === 'length') all.push('Content-Length', String(framing.bytes))
  else if (framing.kind === 'chunked') all.push('Transfer-Encoding', 'chunked')
  return all
}
