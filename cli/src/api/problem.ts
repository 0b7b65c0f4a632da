import { Failure } from '../failure.ts'
import type { Finding, Problem } from './types.ts'

/** A problem+json that the control plane answered with. */
export class ApiProblem extends Failure {
  readonly problem: Problem

  constructor(problem: Problem) {
    super({
      code: problem.code,
      detail: problem.detail,
      mend: mend(problem),
      lines: [
        ...(problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`),
        ...(problem.findings ?? []).map(findingLine),
        ...(problem.eventId === undefined ? [] : [`event ${problem.eventId}`]),
      ],
    })
    this.problem = problem
  }
}

function findingLine({ severity, message, help, start }: Finding): string {
  return `${start.line}:${start.column} ${severity}: ${message}${help === null ? '' : ` (${help})`}`
}

function mend({ status, code }: Problem): string | undefined {
  if (status === 401) {
    return 'Give a token with --token-file or HOLDFAST_TOKEN; on a new installation, name its data directory with --data.'
  }
  if (status === 403) return 'Whose token this is, and what it may do, is in "holdfast whoami".'
  if (status === 404) return undefined
  if (status === 429) return 'Wait a moment and try again.'
  return code === 'policy_unavailable' ? 'The control plane has no usable policies; see its log.' : undefined
}
