import { inexactIntegers } from '@holdfast/policy/authoring'
import { CorpusFiles } from '../corpus/files.ts'
import { inOrder } from '../in-order.ts'
import type { Report, Runner, RunOptions } from '../runner.ts'
import { sampleByFolder } from '../sample.ts'
import { makeApplication, Refused, removeApplication } from './application.ts'
import { byDesign, judge } from './judge.ts'
import { clashing, renamed } from './rename.ts'
import { messageOf, type Suite, suitesOf, Unplayable } from './suite.ts'
import { startTarget, type Target } from './target.ts'

/** Most of the time goes by in waiting for the server. */
const filesAtOnce = 4

/** AuthZEN cases in JSON, `{ policies, entities, schema?, cases: [{ request, expected }] }`, against a server that runs. */
export const authzen: Runner = {
  title: 'AuthZEN cases against a running server (--url and --token, or one of its own)',
  async run(directory, options, report) {
    const files = await CorpusFiles.open(directory)
    const names = files.names().filter((name) => name.endsWith('.json') && !/(?:^|\/)node_modules\//.test(name))
    const target = await targetOf(options)
    try {
      const made = `conformance-${Date.now().toString(36)}`
      await inOrder(sampleByFolder(names, options.sample), filesAtOnce, report, (name, at, told) =>
        playFile(target, files, name, `${made}-${at}`, told),
      )
    } finally {
      await target.stop()
    }
  },
}

async function targetOf({ url, token }: RunOptions): Promise<Target> {
  if (url === undefined) return startTarget()
  return { url: url.replace(/\/$/, ''), token: token ?? '', own: false, stop: async () => {} }
}

async function playFile(target: Target, files: CorpusFiles, name: string, id: string, report: Report): Promise<void> {
  let json: unknown
  try {
    json = JSON.parse(await files.text(name)) as unknown
  } catch (error) {
    report.fail(name, `no JSON: ${messageOf(error)}`)
    return
  }
  let at = 0
  for await (const suite of suitesOf(files, name, json)) {
    if (suite instanceof Unplayable) {
      if (suite.skipped) report.skip(suite.message, suite.cases)
      else for (let count = 0; count < suite.cases; count++) report.fail(`${name}#${count}`, suite.message)
    } else await playSuite(target, suite, `${id}-${at++}`, report)
  }
}

async function playSuite(target: Target, given: Suite, id: string, report: Report): Promise<void> {
  const names = clashing(given)
  const suite = renamed(given, names)
  if (names.size > 0)
    report.note(`NOTE ${suite.name}: ${[...names.keys()].join(', ')} are called otherwise: the names are taken`)
  let application: string
  try {
    application = await prepare(target, suite, id, report)
  } catch (error) {
    const inexact = [...suite.policies.values()].some((text) => inexactIntegers(text).length > 0)
    if (inexact)
      report.skip('a literal integer beyond 2^53 - 1, which is refused when the policy is written', suite.cases.length)
    else for (const { name } of suite.cases) report.fail(`${suite.name}#${name}`, messageOf(error))
    return
  }
  for (const test of suite.cases) {
    const wrong = await judge(target, `/applications/${application}`, test).catch(messageOf)
    if (wrong === undefined) report.pass()
    else if (wrong === byDesign)
      report.skip('a denial by a forbid that could not be evaluated, which Cedar itself would pass over (ADR 9)')
    else report.fail(`${suite.name}#${test.name}`, wrong)
  }
  if (!target.own) await removeApplication(target, application)
}

/** Policies that are not valid under the schema of their file are decided as they are, as Cedar itself would. @returns the application */
async function prepare(target: Target, suite: Suite, id: string, report: Report): Promise<string> {
  try {
    return await makeApplication(target, suite, id)
  } catch (error) {
    await removeApplication(target, id)
    if (!(error instanceof Refused) || suite.schema === undefined) throw error
    report.note(`NOTE ${suite.name}: without its schema, since ${error.message}`)
    return makeApplication(target, { ...suite, schema: undefined }, `${id}-free`)
  }
}
