import { Failure } from '../failure.ts'
import { findingLine } from '../output/findings.ts'
import type { Problem } from './types.ts'

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
        ...(problem.findings ?? []).map((each) => `${findingLine(each)}${each.help === null ? '' : ` (${each.help})`}`),
        ...(problem.eventId === undefined ? [] : [`event ${problem.eventId}`]),
      ],
    })
    this.problem = problem
  }
}

/** Where nothing better is known here: the page about this code that the server itself has. */
function mend(problem: Problem): string | undefined {
  const { status, code, type, errors, findings } = problem
  const page = errors === undefined && findings === undefined && type?.endsWith(`/problems/${code}`) ? type : undefined
  if (code === 'insufficient_user_authentication')
    return 'Sign in again, and show what is wanted: holdfast login --web.'
  if (status === 401) {
    return 'Sign in with "holdfast login --web", or give a token with --token-file or HOLDFAST_TOKEN; on a new installation, name its data directory with --data.'
  }
  if (status === 403) return 'Whose token this is, and what it may do, is in "holdfast whoami".'
  if (status === 429) return 'Wait a moment and try again.'
  if (code === 'policy_unavailable') return 'The control plane has no usable policies; see its log.'
  return page === undefined ? undefined : `What to do: ${page}`
}
