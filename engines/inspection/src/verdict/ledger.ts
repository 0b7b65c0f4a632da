import type { Code } from '../codes.ts'
import type { Finding, Mode, Verdict } from '../types.ts'
import type { Where } from './exceptions.ts'
import { arrivedOf, evidenceOf, shortName } from './evidence.ts'

/** What is found before it is shown: `evidence` in bytes, of any length. */
export type Found = Omit<Finding, 'decoding' | 'class' | 'context' | 'inName' | 'evidence'> &
  Partial<Pick<Finding, 'decoding' | 'class' | 'context' | 'inName' | 'evidence'>>

type Exempted = (found: Where) => boolean

const PASS: Readonly<Record<Mode, Verdict>> = {
  off: { outcome: 'pass', mode: 'off', code: null, findings: [] },
  report: { outcome: 'pass', mode: 'report', code: null, findings: [] },
  block: { outcome: 'pass', mode: 'block', code: null, findings: [] },
}

/** The findings of one request or answer. */
export class Ledger {
  readonly mode: Mode
  readonly #most: number
  readonly #exempt: Exempted
  readonly #findings: Finding[] = []

  constructor(mode: Mode, most: number, exempt: Exempted) {
    this.mode = mode
    this.#most = most
    this.#exempt = exempt
  }

  /** Whether an exception lets it through. */
  isExempt(found: Where): boolean {
    return this.#exempt(found)
  }

  add(found: Found): void {
    if (this.#findings.length >= this.#most) return
    const { evidence = '', arrived = '', name } = found
    const value = arrived === '' || arrived === evidence ? '' : arrivedOf(arrived, name)
    const finding: Finding = {
      kind: found.kind,
      code: found.code,
      place: found.place,
      name,
      inName: found.inName ?? false,
      decoding: found.decoding ?? [],
      by: found.by,
      class: found.class ?? '',
      context: found.context ?? '',
      why: found.why,
      evidence: evidence === '' ? '' : evidenceOf(evidence, name),
      ...(value !== '' && { arrived: value }),
    }
    if (!this.#exempt(finding)) this.#findings.push({ ...finding, name: shortName(name) })
  }

  get verdict(): Verdict {
    const [first] = this.#findings
    if (first === undefined) return PASS[this.mode]
    const code: Code = first.code
    return { outcome: this.mode === 'block' ? 'block' : 'report', mode: this.mode, code, findings: [...this.#findings] }
  }
}
