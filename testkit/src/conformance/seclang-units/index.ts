import { posix } from 'node:path'
import { createEngine, SecLangError } from '@holdfast/seclang'
import { CorpusFiles } from '../corpus/files.ts'
import { detectors } from '../detectors.ts'
import type { Report, Runner } from '../runner.ts'
import { goBytes, isGoString } from './go-string.ts'

interface UnitCase {
  readonly name: string
  readonly type: string
  readonly input: string
  readonly param?: string
  readonly output?: string
  readonly ret: number
}

/** What is not of this engine, or no test: why. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    'validateSchema',
    'refused when a configuration is read: bodies are checked against the OpenAPI document of the backend',
  ],
])

/** Coraza: `operators/testdata` and `transformations/testdata`, each case through a configuration of one rule. */
export const seclangUnits: Runner = {
  title: 'SecLang operators and transformations, one by one',
  async run(directory, { sample }, report) {
    const files = await CorpusFiles.open(directory)
    const names = files
      .names()
      .filter((name) => name.endsWith('.json'))
      .toSorted()
    const data = new Map<string, string>()
    for (const name of files.names().filter((name) => /(?:^|\/)op\//.test(name)))
      data.set(name.replace(/^(?:.*\/)?op\//, ''), (await files.bytes(name)).toString('latin1'))
    for (const name of names) {
      const cases = JSON.parse(await files.text(name)) as UnitCase[]
      if (!Array.isArray(cases)) continue
      for (const [at, each] of cases.slice(0, sample).entries()) judge(`${name}#${at}`, each, data, report)
    }
  },
}

function judge(where: string, unit: UnitCase, data: ReadonlyMap<string, string>, report: Report): void {
  const exception = EXCEPTIONS.get(unit.name)
  if (exception !== undefined) {
    report.skip(`${unit.name}: ${exception}`)
    return
  }
  try {
    const wrong = unit.type === 'op' ? judgeOperator(unit, data) : judgeTransformation(unit, where)
    if (wrong === undefined) report.pass()
    else report.fail(where, wrong)
  } catch (error) {
    if (!(error instanceof SecLangError)) throw error
    // A network that cannot be read is refused with the configuration, where Coraza passes over it: nothing matches, either way.
    if (error.code === 'argument_invalid' && unit.ret === 0) report.pass()
    else if (error.code === 'file_missing') report.skip('a case whose data file the corpus does not have')
    else report.fail(where, `expected an answer got ${error.message}`)
  }
}

/** In a configuration a quote is written with a backslash, and a line end cannot be: macros carry both. */
function judgeOperator(
  { name, param = '', input, ret }: UnitCase,
  data: ReadonlyMap<string, string>,
): string | undefined {
  const argument = quoted(goBytes(param))
  const value = goBytes(input.replaceAll('\\0', '\0'))
  const matched = matches(`SecRule REQUEST_HEADERS:X "@${name} ${argument}" "id:1,phase:1,pass,log"`, value, data)
  return matched === (ret === 1)
    ? undefined
    : `@${name} ${JSON.stringify(param)} of ${JSON.stringify(input)}: expected ${ret}`
}

/** Some cases have a name of their own (`md5-test3`): what they are about is what their file is called. */
function judgeTransformation(unit: UnitCase, where: string): string | undefined {
  try {
    return transformed(unit)
  } catch (error) {
    if (!(error instanceof SecLangError) || error.code !== 'transformation_unknown') throw error
    return transformed({ ...unit, name: posix.basename(where.replace(/#\d+$/, ''), '.json') })
  }
}

function transformed({ name, input, output = '' }: UnitCase): string | undefined {
  const value = isGoString(input) ? goBytes(input) : bytesOf(input)
  const expected = goBytes(output)
  const rule = `SecRule REQUEST_HEADERS:X "@unconditionalMatch" "id:1,phase:1,pass,log,logdata:'%{MATCHED_VAR}',t:${name}"`
  const got = resultOf(rule, value, new Map())?.data
  if (got === expected) return undefined
  return `t:${name} of ${JSON.stringify(input)}: expected ${JSON.stringify(expected)} got ${JSON.stringify(got)}`
}

function bytesOf(text: string): string {
  return Buffer.from(text.replaceAll('\\u0000', '\0'), 'utf8').toString('latin1')
}

function quoted(text: string): string {
  return text.replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function matches(rule: string, value: string, data: ReadonlyMap<string, string>): boolean {
  return resultOf(rule, value, data) !== undefined
}

function resultOf(rule: string, value: string, data: ReadonlyMap<string, string>) {
  const engine = createEngine({
    files: new Map([...data, ['unit.conf', `SecRuleEngine DetectionOnly\n${rule}`]]),
    entries: ['unit.conf'],
    clock: () => 0,
    remembered: 0,
    detectors,
  })
  const transaction = engine.begin({
    clientAddress: '127.0.0.1',
    clientPort: 1,
    serverAddress: '127.0.0.1',
    serverPort: 2,
    id: 'unit',
  })
  transaction.request({ method: 'GET', target: '/', protocol: 'HTTP/1.1', headers: [['X', value]] })
  return transaction.end().matches[0]
}
