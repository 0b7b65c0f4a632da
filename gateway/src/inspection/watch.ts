import type { Finding, Inspection, RequestHead as Received, Verdict } from '@holdfast/inspection'
import type { Refusal } from '../refusal/catalogue.ts'
import type { RequestHead } from '../request/head.ts'
import type { InspectionPolicy } from './policy.ts'
import { refusalOf } from './refuse.ts'

/** What of findings stands in an event: an event has its bounds. */
const mostTold = 8

/** One request under inspection. */
export class Watch {
  private readonly policy: InspectionPolicy
  private readonly received: Received
  private readonly inspection: Inspection

  constructor(policy: InspectionPolicy, head: RequestHead, cookie: string | null) {
    this.policy = policy
    this.received = { method: head.method, target: head.target.raw, headers: forwarded(head, cookie) }
    this.inspection = policy.inspector.begin(this.received)
  }

  /** How many bytes of the body must be there before the request may go on; 0: none. */
  get wantsBody(): number {
    return this.inspection.wantsBody
  }

  /** What the head alone says. */
  head(): Refusal | null {
    return this.judge(this.inspection.verdict, null)
  }

  body(bytes: Buffer): Refusal | null {
    return this.judge(this.inspection.body(bytes), bytes)
  }

  /** What was found so far and let through, for an event; null: nothing. */
  get reported(): Readonly<Record<string, unknown>> | null {
    const { findings } = this.inspection.summary()
    return findings.length === 0 ? null : this.told(findings)
  }

  private judge(verdict: Verdict, bytes: Buffer | null): Refusal | null {
    if (verdict.outcome !== 'block') return null
    const { findings } = this.asLenient(verdict, bytes)
    return findings.length === 0 ? null : { ...refusalOf(findings), found: this.told(findings) }
  }

  /** Where what is unknown is only reported: what is found besides. */
  private asLenient(verdict: Verdict, bytes: Buffer | null): Verdict {
    if (this.policy.lenient === null) return verdict
    const lenient = this.policy.lenient.begin(this.received)
    return bytes === null || lenient.wantsBody === 0 ? lenient.verdict : lenient.body(bytes)
  }

  private told(findings: readonly Finding[]): Readonly<Record<string, unknown>> {
    const { operation } = this.inspection.summary()
    return {
      ...(operation !== null && { operation }),
      findings: findings.slice(0, mostTold),
      ...(findings.length > mostTold && { more: findings.length - mostTold }),
    }
  }
}

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
