import { createHash } from 'node:crypto'

/** What an attacker does after changing a pack: writes the end anew, so that the file is not merely damaged. */
export function sealedAgain(lines: readonly string[]): string[] {
  const before = lines.slice(0, -1)
  const digest = createHash('sha256')
  for (const line of before) digest.update(`${line}\n`)
  return [...before, JSON.stringify({ end: before.length, sha256: digest.digest('hex') })]
}

/** The lines of the text with one bit changed. */
export function flipped(lines: readonly string[], at: number, bit: number): string[] {
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  return bytes.toString().split('\n').slice(0, -1)
}

/** Which line has the event. */
export function lineOf(lines: readonly string[], seq: number): number {
  const at = lines.findIndex((line) => line.startsWith(`{"seq":${seq},`))
  if (at < 0) throw new RangeError(`There is no event ${seq}.`)
  return at
}

/** The lines with other members in one of them. */
export function changed(lines: readonly string[], at: number, members: object): string[] {
  const line = Object.assign(JSON.parse(lines[at] ?? '') as object, members)
  return sealedAgain(lines.with(at, JSON.stringify(line)))
}

/** The members of an event's line. */
export function eventIn(lines: readonly string[], seq: number): { seq: number; entry: string; opening: object | null } {
  return JSON.parse(lines[lineOf(lines, seq)] ?? '') as { seq: number; entry: string; opening: object | null }
}
