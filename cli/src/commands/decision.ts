import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { segment } from '../api/client.ts'
import type { Evaluation } from '../api/types.ts'
import { findPrincipal, parseAction, parseUid } from '../api/uid.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, usage } from '../failure.ts'
import { printable } from '../output/printable.ts'

export interface Question {
  readonly application: string
  readonly principal: string
  readonly action: string
  readonly resource: string
}

export interface DecisionOptions {
  readonly context?: string
  readonly entities?: string
  readonly expect?: 'allow' | 'deny'
}

/** Asks the control plane, shows decision and reasons, and ends with 0 for the expected decision (allow, if none is). */
export async function decide(cli: Cli, question: Question, options: DecisionOptions): Promise<void> {
  const evaluation = await cli.api.post<Evaluation>(`/applications/${segment(question.application)}/evaluate`, {
    principal: await findPrincipal(cli.api, question.principal),
    action: parseAction(question.action),
    resource: parseUid(question.resource),
    ...(options.context !== undefined && { context: json(options.context, '--context') }),
    ...(options.entities !== undefined && { entities: fromFile(cli, options.entities) }),
  })
  cli.show(evaluation, () => described(evaluation))
  cli.end(evaluation.decision === (options.expect ?? 'allow') ? exitCodes.ok : exitCodes.failed)
}

/** The decision in words, a line each. */
export function described({ decision, reasons, errors, explanation }: Evaluation): string {
  const lines = [
    decision,
    ...reasons.map(({ policy }) => `  ${decision === 'allow' ? 'permitted' : 'forbidden'} by ${policy}`),
    ...(explanation.text === '' ? [] : [`  ${explanation.text}`]),
    ...(explanation.nearest === null
      ? []
      : [`  nearest: ${explanation.nearest.policy}, which fails at ${explanation.nearest.failed}`]),
    ...errors.map(({ policy, message }) => `  error in ${policy}: ${message}`),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function fromFile(cli: Cli, path: string): unknown {
  return json(readFileSync(resolve(cli.terminal.cwd, path), 'utf8'), path)
}

function json(text: string, from: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(`${from} is no JSON: ${error instanceof Error ? error.message : ''}`)
  }
}
