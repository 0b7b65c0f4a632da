import { inspect, sql } from '@holdfast/detectors'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'
import { sendTo } from '../waf-payloads/wire.ts'

/** Files whose lines must pass. */
const BENIGN = /(?:^|\/)(?:benign|false_positives)[^/]*$/

/** Tells by what a value is blocked. */
type Guard = (value: string) => Promise<string | undefined>

/** One value a line: those of `.txt` files are blocked by the structural detectors, or by a gateway (`--url`); those of benign files pass. */
export const injection: Runner = {
  title: 'injection strings, and texts that must pass',
  async run(directory, { sample, url }, report) {
    const guard = url === undefined ? inProcess : asParameter(url)
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
        await judge(`${name}:${at}`, valueOf(line), guard, mustPass, mustPass ? benign : attacks, report)
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

async function judge(
  where: string,
  value: string,
  guard: Guard,
  mustPass: boolean,
  count: Count,
  report: Report,
): Promise<void> {
  const finding = await guard(value)
  count.seen++
  if (finding !== undefined) count.blocked++
  if (inspect(value, { detectors: [sql] }) !== null) count.bySql++
  if ((finding === undefined) === mustPass) report.pass()
  else if (finding === undefined) report.fail(where, `${JSON.stringify(value)} expected to be blocked got nothing`)
  else report.fail(where, `${JSON.stringify(value)} expected to pass got ${finding}`)
}

function inProcess(value: string): Promise<string | undefined> {
  const finding = inspect(value)
  return Promise.resolve(finding === null ? undefined : `${finding.detector}: ${finding.why}`)
}

/** As a parameter of a query, each byte that is no letter or digit escaped. */
function asParameter(url: string): Guard {
  const send = sendTo(url)
  return (value) => {
    const escaped = value.replace(/[^A-Za-z0-9]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
    return send({ method: 'GET', target: `/?value=${escaped}`, headers: [], body: '' })
  }
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
