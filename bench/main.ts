import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { Measure, Row } from './lib/row.ts'
import { authzen } from './rows/authzen.ts'
import { crs } from './rows/crs.ts'
import { inspection } from './rows/inspection.ts'
import { decisionLog } from './rows/decision-log.ts'
import { detectors } from './rows/detectors.ts'
import { encrypt } from './rows/encrypt.ts'
import { gatewayHostile } from './rows/gateway-hostile.ts'
import { gatewayInspected } from './rows/gateway-inspected.ts'
import { gatewayLimiter } from './rows/gateway-limiter.ts'
import { gatewayPlain } from './rows/gateway-plain.ts'
import { identityStart } from './rows/identity-start.ts'
import { identityVerify } from './rows/identity-verify.ts'
import { identityTokens } from './rows/identity-tokens.ts'
import { ledger } from './rows/ledger.ts'
import { match } from './rows/match.ts'
import { merkleAppend } from './rows/merkle-append.ts'
import { policy } from './rows/policy.ts'
import { policyFilter } from './rows/policy-filter.ts'
import { scrubbing } from './rows/scrub.ts'
import { passwordLogin } from './rows/password-login.ts'
import { sqlGuard } from './rows/sql-guard.ts'

const rows: readonly Row[] = [
  gatewayPlain,
  gatewayInspected,
  gatewayHostile,
  gatewayLimiter,
  passwordLogin,
  identityTokens,
  identityVerify,
  identityStart,
  encrypt,
  merkleAppend,
  ledger,
  scrubbing,
  policy,
  policyFilter,
  decisionLog,
  authzen,
  match,
  detectors,
  crs,
  inspection,
  sqlGuard,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
})
/** A row, or all of a family: `gateway` are `gateway-plain` and its kin. */
const means = (asked: string, { name }: Row): boolean => name === asked || name.startsWith(`${asked}-`)
const unknown = positionals.find((asked) => !rows.some((row) => means(asked, row)))
if (unknown !== undefined) {
  process.stderr.write(`There is no row ${unknown}. There are: ${rows.map(({ name }) => name).join(', ')}.\n`)
  process.exit(2)
}

const chosen = rows.filter((row) => positionals.length === 0 || positionals.some((asked) => means(asked, row)))
const results: Record<string, readonly Measure[]> = {}
process.stdout.write(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}\n`)
for (const row of chosen) {
  process.stdout.write(`\n${row.title} against ${row.peer}\n`)
  const measures = await row.run({ rounds: Number(values.rounds), seconds: Number(values.seconds) })
  results[row.name] = measures
  for (const measure of measures) process.stdout.write(`${line(measure)}\n`)
}
process.stdout.write(
  '\nThe factor is the median over rounds in which both ran in turn; above 1 Holdfast is better. In brackets the range.\n',
)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)

function line({ what, ours, peer, unit, better, spread }: Measure): string {
  const number = (value: number): string => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3))
  const range = spread.map((value) => value.toFixed(2)).join('-')
  return `  ${what.padEnd(76)} ${number(ours).padStart(8)} ${unit.padEnd(6)} peer ${number(peer).padStart(8)} ${unit.padEnd(6)} x${better.toFixed(2)} (${range})`
}
