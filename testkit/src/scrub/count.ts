import { scrubText } from '@holdfast/events'
import { type Case, type Half, halfOf, isGone } from './sets/case.ts'

interface Count {
  texts: number
  /** with secrets: all of them gone. honest: unchanged */
  right: number
}

/** What the scrubber did with a set, by halves. */
export interface Figures {
  readonly set: string
  readonly honest: boolean
  readonly tuned: Count
  readonly heldOut: Count
}

/** Scrubs each text and counts; `missed` is told of each that came out wrong. */
export function countFigures(
  cases: readonly Case[],
  missed: (each: Case, half: Half, scrubbed: string) => void = () => {},
): Figures[] {
  const bySet = new Map<string, Figures>()
  for (const each of cases) {
    const { set, unit, text, secrets } = each
    const honest = secrets.length === 0
    const figures = bySet.get(set) ?? { set, honest, tuned: { texts: 0, right: 0 }, heldOut: { texts: 0, right: 0 } }
    bySet.set(set, figures)
    const scrubbed = scrubText(text)
    const right = honest ? scrubbed === text : secrets.every((secret) => isGone(secret, scrubbed))
    const half = halfOf(unit)
    const count = half === 'tuned' ? figures.tuned : figures.heldOut
    count.texts += 1
    if (right) count.right += 1
    else missed(each, half, scrubbed)
  }
  return [...bySet.values()].toSorted((a, b) => Number(a.honest) - Number(b.honest) || (a.set < b.set ? -1 : 1))
}

/** A row of the table in docs/guide/scrubbing.md. */
export function rowOf({ set, honest, tuned, heldOut }: Figures): string {
  return `| ${set} | ${cell(tuned, honest)} | ${cell(heldOut, honest)} |`
}

function cell({ texts, right }: Count, honest: boolean): string {
  if (texts === 0) return '-'
  const share = (100 * (honest ? texts - right : right)) / texts
  return `${share.toFixed(honest ? 2 : 1)} % of ${texts.toLocaleString('en')}`
}
