import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ApiProblem } from '../api/problem.ts'
import { Failure } from '../failure.ts'
import { findings, type Given } from '../output/findings.ts'
import type { Terminal } from '../terminal.ts'

/** The text of a file that a command names; - is stdin. */
export async function source(terminal: Terminal, file: string): Promise<string> {
  return file === '-' ? terminal.stdin() : readFileSync(resolve(terminal.cwd, file), 'utf8')
}

/** What was refused is shown with its lines, because here they are at hand. */
export function pointed(error: unknown, given: Given): unknown {
  if (!(error instanceof ApiProblem) || error.problem.findings === undefined) return error
  const { code, detail } = error.problem
  return new Failure({ code, detail, lines: findings(given, error.problem.findings).trimEnd().split('\n') })
}
