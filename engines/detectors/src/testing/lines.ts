import { readFileSync } from 'node:fs'
import { decodePercent } from '../decode/percent.ts'

/** The lines of a file beside this one, one value each, percent-decoded; `#` begins a comment. */
export function lines(name: string): string[] {
  return readFileSync(new URL(name, import.meta.url), 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(decodePercent)
}
