import type { Finding } from '../api/types.ts'
import { printable } from './printable.ts'

/** The text that a person gave, and what it is: findings can also be about policies that are at the control plane. */
export interface Given {
  readonly text: string
  /** As the person called it: its file. */
  readonly file: string
  readonly kind: 'policy' | 'schema'
}

/** Findings as compilers show them: place, message, the line, and a mark under what is meant. */
export function findings(given: Given, found: readonly Finding[]): string {
  const lines = given.text.split(/\r?\n/)
  return found
    .map((finding) => {
      const { start, end, help } = finding
      const advice = help === null ? [] : [`  ${printable(help)}`]
      // A schema's findings name the policies that no longer fit: their places are in a text that is not at hand.
      if (given.kind === 'schema' && finding.policy !== null) return [findingLine(finding), ...advice]
      if (start === null) return [`${given.file}: ${message(finding)}`, ...advice]
      const line = lines[start.line - 1] ?? ''
      const last = end?.line === start.line ? end.column : line.length + 1
      const mark = `${' '.repeat(Math.max(start.column - 1, 0))}${'^'.repeat(Math.max(last - start.column, 1))}`
      const place = `${given.file}:${start.line}:${start.column}`
      return [`${place} ${message(finding)}`, `  ${printable(line)}`, `  ${mark}`, ...advice]
    })
    .map((shown) => `${shown.join('\n')}\n`)
    .join('')
}

/** A finding in one line, without the text that it is about. */
export function findingLine(finding: Finding): string {
  const { policy, start } = finding
  const place = start === null ? '' : `:${start.line}:${start.column}`
  return `${policy === null ? 'schema' : `policy ${printable(policy)}`}${place} ${message(finding)}`
}

function message({ severity, message: said }: Finding): string {
  return `${severity}: ${printable(said)}`
}
