import { inspect, sql } from '@holdfast/detectors'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'

/** Files whose lines must pass. */
const BENIGN = /(?:^|\/)(?:benign|false_positives)[^/]*$/

/** One value a line: those of `.txt` files are blocked by the structural detectors; those of benign files pass. */
export const injection: Runner = {
  title: 'injection strings, and texts that must pass',
  async run(directory, { sample }, report) {
    const files = await CorpusFiles.open(directory)
    const names = files
      .names()
      .filter((name) => name.endsWith('.txt'))
      .toSorted()
    const attacks = { seen: 0, blocked: 0, bySql: 0 }
    const benign = { seen: 0, blocked: 0, bySql: 0 }
    for (const name of names) {
      const mustPass = BENIGN.test(name)
      const lines = linesOf((await files.bytes(name)).toString('latin1'))
      for (const [at, line] of lines.slice(0, sample)) {
        judge(`${name}:${at}`, valueOf(line), mustPass, mustPass ? benign : attacks, report)
      }
    }
    for (const [title, { seen, blocked, bySql }] of Object.entries({ attacks, benign }))
      if (seen > 0)
        report.note(`${title}: ${blocked} of ${seen} blocked (${rate(blocked, seen)}), ${bySql} of them as SQL`)
  },
}

interface Count {
  seen: number
  blocked: number
  bySql: number
}

function judge(where: string, value: string, mustPass: boolean, count: Count, report: Report): void {
  const finding = inspect(value)
  count.seen++
  if (finding !== null) count.blocked++
  if (inspect(value, { detectors: [sql] }) !== null) count.bySql++
  if ((finding === null) === mustPass) report.pass()
  else if (finding === null) report.fail(where, `${JSON.stringify(value)} expected to be blocked got nothing`)
  else report.fail(where, `${JSON.stringify(value)} expected to pass got ${finding.detector}: ${finding.why}`)
}

function rate(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`
}

/** Each line with its number; without comments and empty lines. */
function linesOf(text: string): [number, string][] {
  return text
    .split(/\r?\n/)
    .map((line, at): [number, string] => [at + 1, line])
    .filter(([, line]) => line.trim() !== '' && !line.startsWith('#'))
}

/** A line without a blank is written as it stood in a query string, where `+` is one. */
export function valueOf(line: string): string {
  const spaced = line.includes(' ') ? line : line.replaceAll('+', ' ')
  return spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
}
