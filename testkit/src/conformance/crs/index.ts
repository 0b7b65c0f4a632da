import { CorpusFiles } from '../corpus/files.ts'
import { detectors } from '../detectors.ts'
import type { Report, Runner } from '../runner.ts'
import { sampleByFolder } from '../sample.ts'
import { type CrsTest, readTests } from './cases.ts'
import type { Driver } from './driver.ts'
import { explain } from './explain.ts'
import { gatewayFront } from './gateway-front.ts'
import { crsEngine, inThisProcess } from './in-process.ts'
import { judge } from './judge.ts'
import { overTheWire } from './over-the-wire.ts'

/** Of all tests so many may be refused by the HTTP parser, and so many may be otherwise than expected for a reason. */
const MOST_EXCEPTIONS = 0.01

/** coreruleset: `rules/`, `crs-setup.conf.example`, and the regression tests in `tests/regression/tests`, in go-ftw's form. */
export const crs: Runner = {
  title: 'OWASP Core Rule Set: its regression tests, all paranoia levels',
  async run(directory, { sample, inProcess }, report) {
    const files = await CorpusFiles.open(directory)
    const rules = files.names().filter((name) => /^rules\/[^/]*$|^crs-setup\.conf\.example$/.test(name))
    const texts = await Promise.all(
      rules.map(async (name) => [name, (await files.bytes(name)).toString('latin1')] as const),
    )
    const tests = files.names().filter((name) => /^tests\/regression\/tests\/.*\.ya?ml$/.test(name))
    const cases: CrsTest[] = []
    for (const name of sampleByFolder(tests, sample)) cases.push(...readTests(await files.text(name)))
    const engine = crsEngine(new Map(texts), detectors)
    const detecting = engine.rules.filter(({ operator }) => /^@detect(?:sqli|xss)/i.test(operator)).map(({ id }) => id)
    const driver =
      inProcess === true ? inThisProcess(engine) : overTheWire(await gatewayFront(new Map(texts), hostsOf(cases)))
    const told: Told = { refused: 0, otherwise: 0, detecting: new Set(detecting) }
    try {
      for (const test of cases) await play(test, driver, report, told)
    } finally {
      await driver.close()
    }
    const most = Math.max(1, cases.length * MOST_EXCEPTIONS)
    if (told.refused > most)
      report.fail('all tests', `${told.refused} of ${cases.length} are refused by the HTTP parser`)
    if (told.otherwise > most) report.fail('all tests', `${told.otherwise} of ${cases.length} are exceptions`)
  },
}

/** The gateway serves the hosts that the tests name, and refuses what is none. */
function hostsOf(cases: readonly CrsTest[]): string[] {
  const named = cases.flatMap(({ stages }) =>
    stages.flatMap(({ input }) =>
      input.kind === 'raw'
        ? [...input.bytes.matchAll(/^host:[ \t]*(.*?)[ \t]*\r?$/gim)].map(([, host = '']) => host)
        : input.headers.flatMap(([name, value]) => (name.toLowerCase() === 'host' ? [value] : [])),
    ),
  )
  return [...new Set(['localhost', ...named.map((host) => host.toLowerCase().replace(/:80$/, ''))])]
}

interface Told {
  refused: number
  otherwise: number
  readonly detecting: ReadonlySet<number>
}

async function play({ name, stages }: CrsTest, driver: Driver, report: Report, told: Told): Promise<void> {
  for (const { input, expected } of stages) {
    const refused = expected.error || expected.status.some((status) => status >= 400 && status !== 403)
    if (refused && !driver.overTheWire) {
      report.skip('what the HTTP parser refuses is judged over the wire')
      return
    }
    const outcome = await driver.play(input)
    const wrong = judge(expected, outcome)
    if (wrong === undefined) continue
    const why = explain(input, expected, outcome, told.detecting)
    if (why === undefined) {
      report.fail(name, wrong)
      return
    }
    if (outcome.seen) told.otherwise++
    else told.refused++
    report.note(`EXCEPTION ${name}: ${wrong}: ${why}`)
    report.skip(outcome.seen ? why : 'refused by the HTTP parser, before any rule saw it')
    return
  }
  report.pass()
}
