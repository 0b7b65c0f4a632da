import type { Place } from './syntax.ts'

export interface LogicalLine {
  readonly place: Place
  readonly text: string
}

/** Lines joined where one ends in a backslash; without comments and empty lines. The place is that of the first. */
export function logicalLines(file: string, text: string): LogicalLine[] {
  const lines: LogicalLine[] = []
  let pending: string[] = []
  let first = 0
  let number = 0
  for (const raw of text.split('\n')) {
    number++
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (pending.length === 0) {
      const start = line.trimStart()
      if (start === '' || start.startsWith('#')) continue
      first = number
    }
    if (line.endsWith('\\')) {
      pending.push(line.slice(0, -1))
      continue
    }
    lines.push({ place: { file, line: first }, text: [...pending, line].join('').trim() })
    pending = []
  }
  if (pending.length > 0) lines.push({ place: { file, line: first }, text: pending.join('').trim() })
  return lines
}
