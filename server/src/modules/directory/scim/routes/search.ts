import type { z } from 'zod'
import { ListParameters } from '../list.ts'
import { ScimProblem } from '../problem.ts'

/** The body of a search (RFC 7644, section 3.4.3). @throws ScimProblem invalidValue */
export function searchOf(body: unknown): z.output<typeof ListParameters> {
  const parsed = ListParameters.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ScimProblem('invalidValue', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`)
}
