import type {
  AnswerReader,
  Finding,
  Inspection,
  Mode,
  Observed,
  RequestHead as Received,
  Verdict,
} from '@holdfast/inspection'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { AnswerWatch } from './answer.ts'
import type { InspectionPolicy } from './policy.ts'
import { refusalOf } from './refuse.ts'

/** One request under further rules, beside the application's settings. */
export interface Trial {
  head(): Refusal | null
  /** Bytes of the body that the rules want to see; 0: none. */
  readonly wantsBody: number
  /** @param bytes empty where there is no body, or nobody wants it */
  body(bytes: Buffer): Refusal | null
  /** Bodies of answers may be wanted: they must not come encoded, or in parts, because the client asks for that. */
  readonly readsAnswers: boolean
  answer(status: number, headers: readonly string[]): Refusal | null
  /** Bytes of the answer's body that are wanted; 0: none. */
  readonly wantsAnswer: number
  /** An answer that is longer than that goes no further. */
  readonly answerMustFit: boolean
  answerBody(bytes: Buffer): Refusal | null
  /** Ends it. @returns for an event: which rules matched; null: none that should be told */
  end(): Readonly<Record<string, unknown>> | null
}

/** What of findings stands in an event: an event has its bounds. */
const mostTold = 8

/** One request under inspection, and its answer: by the application's settings, and by further rules. */
export class Watch {
  private readonly policy: InspectionPolicy | null
  private readonly trial: Trial | null
  private readonly received: Received
  private readonly mode: Mode | undefined
  private readonly inspection: Inspection | null
  private reader: AnswerReader | null = null
  private refused = false

  /** @param received as the application will see it */
  /** @param mode of the route; undefined: as the settings of inspection say */
  constructor(policy: InspectionPolicy | null, trial: Trial | null, received: Received, mode?: Mode) {
    this.mode = mode
    this.policy = policy
    this.trial = trial
    this.received = received
    this.inspection = policy?.inspector.begin(received, mode) ?? null
  }

  /** How many bytes of the body must be there before the request may go on; 0: none. */
  get wantsBody(): number {
    return Math.max(this.inspection?.wantsBody ?? 0, this.trial?.wantsBody ?? 0)
  }

  /** So many of the body's first bytes tell whether more of it is wanted. */
  get wantsFirst(): number {
    return this.inspection?.wantsFirst ?? 0
  }

  /** @param bytes the beginning of the body, until `wantsFirst` is 0; what holds then, says `wantsBody` */
  first(bytes: Buffer): void {
    this.inspection?.first(bytes)
  }

  get wantsAnswer(): boolean {
    return this.policy?.answers === true || this.trial !== null
  }

  /** Bodies of answers are read: what a client asks for must not make them unreadable. */
  get readsAnswers(): boolean {
    return this.policy?.answers === true || this.trial?.readsAnswers === true
  }

  /** As the document of the API names it; null where it does not. */
  get operation(): string | null {
    return this.inspection?.operation ?? null
  }

  /** What the API was asked, for whoever learns; null where something was found in it that no document could name. */
  get observed(): Observed | null {
    return this.refused || (this.trial !== null && this.trial.end() !== null)
      ? null
      : (this.inspection?.observed ?? null)
  }

  /** What the head alone says. */
  head(): Refusal | null {
    return this.judge(this.inspection?.verdict, null) ?? this.note(this.trial?.head())
  }

  /** @param bytes empty where there is none */
  body(bytes: Buffer): Refusal | null {
    const wanted = (this.inspection?.wantsBody ?? 0) > 0 && bytes.length > 0
    const refused = wanted ? this.judge(this.inspection?.body(bytes), bytes) : null
    return refused ?? this.note(this.trial?.body(bytes))
  }

  answer(status: number, headers: readonly string[]): AnswerWatch {
    const reader = this.inspection?.answer({ status, headers }) ?? null
    const { trial } = this
    this.reader = reader
    const refused = this.judgeAnswer(reader?.verdict) ?? this.note(trial?.answer(status, headers))
    const tried = trial?.wantsAnswer ?? 0
    let wants = tried > 0 ? 'whole' : (reader?.wants ?? 'nothing')
    return {
      refusal: refused,
      get wants() {
        return wants
      },
      mostBytes: reader?.wants === 'whole' ? Math.max(tried, reader.mostBytes) : tried,
      part: (chunk) => this.judgeAnswer(reader?.chunk(chunk)),
      whole: (bytes) => {
        const read = reader?.whole(bytes)
        const own = this.judgeAnswer(read?.verdict) ?? this.note(tried > 0 ? trial?.answerBody(bytes) : null)
        return { refusal: own, body: read?.body == null ? null : Buffer.from(read.body) }
      },
      beyond: (beginning) => {
        const unread = reader?.wants === 'whole' && this.policy?.answersMustFit === true
        if (unread || (tried > 0 && trial?.answerMustFit === true)) return tooLong
        wants = reader?.wants === 'windows' ? 'windows' : 'nothing'
        return this.note(tried > 0 ? trial?.answerBody(beginning) : null)
      },
    }
  }

  /** At the end. @returns what was found and let through; null: nothing */
  end(): Refusal | null {
    const rules = this.trial?.end() ?? null
    const findings = [...(this.inspection?.summary().findings ?? []), ...(this.reader?.verdict.findings ?? [])]
    if (this.refused || (findings.length === 0 && rules === null)) return null
    const base = findings.length === 0 ? refusal('rule_matched', 'A rule matched.') : this.refusal(findings)
    return { ...base, found: { ...base.found, ...rules } }
  }

  private note(refused: Refusal | null | undefined): Refusal | null {
    if (refused != null) this.refused = true
    return refused ?? null
  }

  private judge(verdict: Verdict | undefined, bytes: Buffer | null): Refusal | null {
    if (verdict?.outcome !== 'block') return null
    const { findings } = this.asLenient(verdict, bytes)
    return findings.length === 0 ? null : this.note(this.refusal(findings))
  }

  private judgeAnswer(verdict: Verdict | undefined): Refusal | null {
    return verdict?.outcome === 'block' ? this.note(this.refusal(verdict.findings)) : null
  }

  /** Where what is unknown is only reported: what is found besides. */
  private asLenient(verdict: Verdict, bytes: Buffer | null): Verdict {
    const lenient = this.policy?.lenient?.begin(this.received, this.mode)
    if (lenient === undefined) return verdict
    return bytes === null || lenient.wantsBody === 0 ? lenient.verdict : lenient.body(bytes)
  }

  private refusal(findings: readonly Finding[]): Refusal {
    const { operation } = this
    const found = {
      ...(operation !== null && { operation }),
      findings: findings.slice(0, mostTold),
      ...(findings.length > mostTold && { more: findings.length - mostTold }),
    }
    return { ...refusalOf(findings), found }
  }
}

const tooLong = refusal('answer_refused', 'What the application answered is longer than what is looked at.')
