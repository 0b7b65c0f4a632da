import { ApiProblem } from './problem.ts'

/** @returns undefined where the answer is a problem with this status: 404 for "is it there?", 409 for "it is there" */
export async function unless<Answer>(status: number, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === status) return undefined
    throw error
  }
}
