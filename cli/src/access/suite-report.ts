import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'
import type { Results, Ruling, SuiteResult } from './suite-run.ts'
import { where } from './yaml-file.ts'

/** What people read: a matrix for each test, what was not as expected and why, what no test has tried. */
export function suiteReport(results: Results, quiet: boolean): string {
  const rulings = results.suites.flatMap((suite) => suite.rulings)
  const failed = rulings.filter(({ passed }) => !passed)
  const parts = [
    ...(quiet ? [] : results.suites.map(matrices)),
    ...results.suites.flatMap(({ file, rulings: own }) =>
      own.filter(({ passed }) => !passed).map((each) => failure(file, each)),
    ),
    uncovered(results),
    `${count(rulings.length, 'decision')}: ${rulings.length - failed.length} as expected, ${failed.length} not.\n`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function matrices({ name, file, rulings }: SuiteResult): string {
  const tests = Map.groupBy(rulings, (ruling) => ruling.case.test)
  const shown = [...tests].map(([test, own]) => `  ${printable(test)}\n${matrix(own)}`)
  return `${printable(name)}${name === file ? '' : ` (${printable(file)})`}\n${shown.join('\n')}`
}

/** Resource and principal down, actions across. */
function matrix(rulings: readonly Ruling[]): string {
  const actions = [...new Set(rulings.map((ruling) => ruling.case.action))]
  const rows = Map.groupBy(rulings, ({ case: { resource, principal } }) => JSON.stringify([resource, principal]))
  const cells = [...rows.values()].map((own) => {
    const { resource = '', principal = '' } = own[0]?.case ?? {}
    return [resource, principal, ...actions.map((action) => cell(own.find((ruling) => ruling.case.action === action)))]
  })
  const table = [['', '', ...actions], ...cells].map((row) => row.map(printable))
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)))
  return table
    .map(
      (row) =>
        `    ${row
          .map((text, at) => text.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function cell(ruling: Ruling | undefined): string {
  if (ruling === undefined) return '.'
  return ruling.passed ? ruling.decision : `${ruling.decision} !`
}

function failure(file: string, { case: each, decision, by, text }: Ruling): string {
  const { principal, action, resource, expected, place } = each
  const lines = [`${where(file, place)} ${each.test}: ${principal} ${action} ${resource}`]
  if (decision !== expected) lines.push(`  expected ${expected}, decided ${decision}`)
  else
    lines.push(
      `  ${decision} as expected, but by ${by.join(', ') || 'no policy'} and not by ${each.by?.join(', ') || 'none'}`,
    )
  lines.push(`  ${text}`)
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function uncovered({ coverage }: Results): string {
  if (coverage.length === 0) return ''
  const decided = coverage.filter(({ decisive }) => decisive)
  const lines = [`${decided.length} of ${count(coverage.length, 'policy', 'policies')} decided something.`]
  for (const { policy, decisive, effect, conditions } of coverage) {
    if (!decisive) {
      lines.push(`  ${policy} never ${effect === 'permit' ? 'permitted' : 'forbade'} anything`)
      continue
    }
    for (const { text, decisive: tried } of conditions) {
      if (!tried) lines.push(`  ${policy}: nothing failed by \`${text}\` alone`)
    }
  }
  return lines.map((line) => `${printable(line)}\n`).join('')
}

/** How many of a hundred policies decided something, rounded down: 99.9 is not 100. */
export function percentage({ coverage }: Results): number {
  if (coverage.length === 0) return 100
  return Math.floor((coverage.filter(({ decisive }) => decisive).length / coverage.length) * 100)
}

/** JUnit's XML, as CI systems read it. */
export function junit({ suites }: Results): string {
  const body = suites.map(({ name, file, rulings, took }) => {
    const failures = rulings.filter(({ passed }) => !passed).length
    const cases = rulings.map((ruling) => {
      const { test, principal, action, resource, place } = ruling.case
      const head = `    <testcase classname="${xml(test)}" name="${xml(`${principal} ${action} ${resource}`)}" file="${xml(file)}" line="${place.line}"`
      if (ruling.passed) return `${head}/>\n`
      const message =
        ruling.decision === ruling.case.expected
          ? 'other policies decided'
          : `expected ${ruling.case.expected}, decided ${ruling.decision}`
      return `${head}>\n      <failure message="${xml(message)}">${xml(failure(file, ruling))}</failure>\n    </testcase>\n`
    })
    const seconds = (took / 1000).toFixed(3)
    return `  <testsuite name="${xml(name)}" file="${xml(file)}" tests="${rulings.length}" failures="${failures}" errors="0" skipped="0" time="${seconds}">\n${cases.join('')}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join('')}</testsuites>\n`
}

/** The Test Anything Protocol, version 14. */
export function tap({ suites }: Results): string {
  const all = suites.flatMap(({ file, rulings }) => rulings.map((ruling) => ({ file, ruling })))
  const lines = all.map(({ file, ruling }, at) => {
    const { test, principal, action, resource } = ruling.case
    const said = printable(`${test}: ${principal} ${action} ${resource}`).replaceAll(/[\\#]/g, String.raw`\$&`)
    const line = `${ruling.passed ? 'ok' : 'not ok'} ${at + 1} - ${said}\n`
    if (ruling.passed) return line
    const why = failure(file, ruling).trimEnd().split('\n')
    return `${line}  ---\n${why.map((each) => `  - ${JSON.stringify(each)}\n`).join('')}  ...\n`
  })
  return `TAP version 14\n1..${all.length}\n${lines.join('')}`
}

// Control characters that XML 1.0 does not have at all become visible before.
function xml(text: string): string {
  const lines = text.split('\n').map(printable).join('\n')
  return lines.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
