import { parseExactJson } from '../corpus/exact-json.ts'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'
import { sampleByFolder } from '../sample.ts'
import { type CedarCase, readCase } from './case.ts'
import { judge } from './judge.ts'
import { type LoadedCase, loadCase, Unrepresentable } from './load.ts'

/** cedar-policy/cedar-integration-tests: `tests/**`, `sample-data/**`, and `corpus-tests` unpacked or in its archive. */
export const cedar: Runner = {
  title: 'Cedar integration tests: decision, reasons and errors of our own evaluator',
  async run(directory, { sample }, report) {
    const files = await CorpusFiles.open(directory)
    const names = files.names().filter((name) => name.endsWith('.json') && !/(?:^|[./])entities\.json$/.test(name))
    for (const name of sampleByFolder(names, sample)) await runFile(files, name, report)
  },
}

async function runFile(files: CorpusFiles, name: string, report: Report): Promise<void> {
  let test: CedarCase | undefined
  let loaded: LoadedCase
  try {
    test = readCase(parseExactJson(await files.text(name)))
    if (test === undefined) return
    loaded = await loadCase(files, name, test)
  } catch (error) {
    const requests = test?.requests.length ?? 1
    if (error instanceof Unrepresentable) report.skip(error.message, requests)
    else for (let at = 0; at < requests; at++) report.fail(`${name}#${at}`, `expected to load got ${message(error)}`)
    return
  }
  test.requests.forEach((request, at) => {
    try {
      judge(`${name}#${at}`, loaded, request, report)
    } catch (error) {
      report.fail(`${name}#${at}`, `expected ${request.decision} got ${message(error)}`)
    }
  })
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
