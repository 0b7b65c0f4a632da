import { CorpusFiles } from '../corpus/files.ts'
import { detectors } from '../detectors.ts'
import type { Report, Runner } from '../runner.ts'
import { sampleByFolder } from '../sample.ts'
import { type CrsTest, readTests } from './cases.ts'
import type { Driver } from './driver.ts'
import { gatewayFront } from './gateway-front.ts'
import { crsEngine, inThisProcess } from './in-process.ts'
import { judge } from './judge.ts'
import { overTheWire } from './over-the-wire.ts'

/** Tests that expect what one server does with a request, and others do not: why they are not ours. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    '920181-1',
    'httpd drops the Content-Length beside a Transfer-Encoding; RFC 9112, section 6.1 lets a server refuse it, and ours does',
  ],
  [
    '920620-1',
    'httpd joins two Content-Type headers to one before its rules see them; here they stay two, and 920620 reports them',
  ],
])

/** Of all tests so many may be refused by the HTTP parser. */
const MOST_REFUSED = 0.01

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
    const driver =
      inProcess === true
        ? inThisProcess(crsEngine(new Map(texts), detectors))
        : overTheWire(await gatewayFront(new Map(texts), hostsOf(cases)))
    const told: Told = { all: 0, refused: 0 }
    try {
      for (const test of cases) await play(test, driver, report, told)
    } finally {
      await driver.close()
    }
    if (told.refused > told.all * MOST_REFUSED)
      report.fail('all tests', `${told.refused} of ${told.all} are refused by the HTTP parser`)
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
  all: number
  refused: number
}

async function play(test: CrsTest, driver: Driver, report: Report, told: Told): Promise<void> {
  told.all++
  const exception = EXCEPTIONS.get(test.name)
  if (exception !== undefined) {
    report.skip(`${test.name}: ${exception}`)
    return
  }
  for (const { input, expected } of test.stages) {
    const refused = expected.error || expected.status.some((status) => status >= 400 && status !== 403)
    if (refused && !driver.overTheWire) {
      report.skip('what the HTTP parser refuses is judged over the wire')
      return
    }
    const outcome = await driver.play(input)
    const wrong = judge(expected, outcome)
    if (wrong !== undefined && driver.overTheWire && !outcome.seen && outcome.status === 400) {
      told.refused++
      report.skip('refused by the HTTP parser with 400, before any rule saw it')
      return
    }
    if (wrong !== undefined) {
      report.fail(test.name, wrong)
      return
    }
  }
  report.pass()
}
