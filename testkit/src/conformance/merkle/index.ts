import { parseExactJson } from '../corpus/exact-json.ts'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'
import { sampleByFolder } from '../sample.ts'
import { holds } from './probe.ts'

/** transparency-dev/merkle `testdata`: claims about trees, a file each, and whether a verifier must refuse them. */
export const merkle: Runner = {
  title: 'Merkle proofs: inclusion and consistency, of trees and of subtrees',
  async run(directory, { sample }, report) {
    const files = await CorpusFiles.open(directory)
    const names = files.names().filter((name) => name.endsWith('.json'))
    for (const name of sampleByFolder(names, sample)) judge(name, await files.text(name), report)
  },
}

function judge(name: string, text: string, report: Report): void {
  try {
    const { held, refused, description } = holds(parseExactJson(text))
    if (held === !refused) report.pass()
    else report.fail(name, `expected ${refused ? 'a refusal' : 'to hold'} got the opposite (${description})`)
  } catch (error) {
    report.fail(name, `expected a claim got ${error instanceof Error ? error.message : String(error)}`)
  }
}
