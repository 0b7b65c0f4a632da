import type { Finding } from '../api/types.ts'
import { printable } from './printable.ts'

/** Findings as compilers show them: place, message, the line, and a mark under what is meant. */
export function findings(source: string, found: readonly Finding[], name: string): string {
  const lines = source.split(/\r?\n/)
  return found
    .map(({ severity, message, help, start, end }) => {
      const line = lines[start.line - 1] ?? ''
      const last = end.line === start.line ? end.column : line.length + 1
      const mark = `${' '.repeat(Math.max(start.column - 1, 0))}${'^'.repeat(Math.max(last - start.column, 1))}`
      return [
        `${name}:${start.line}:${start.column} ${severity}: ${printable(message)}`,
        `  ${printable(line)}`,
        `  ${mark}`,
        ...(help === null ? [] : [`  ${printable(help)}`]),
      ].join('\n')
    })
    .map((text) => `${text}\n`)
    .join('')
}
