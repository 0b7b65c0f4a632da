import type { Group, Vector } from './file.ts'

/** What our primitives make of a vector. */
export type Answer =
  /** it holds, in both directions where there are two */
  | 'accepted'
  /** it does not hold */
  | 'refused'
  /** it holds, and gave something else than it should: wrong whatever the vector says */
  | { readonly wrong: string }

/** One family of vectors: whether it is ours, and what our primitives say. */
export interface Family {
  /** @returns how a vector of the group is judged; why the group is skipped; or undefined when it is of another family */
  prepare(algorithm: string, group: Group): Judge | { readonly skip: string } | undefined
}

export type Judge = (vector: Vector) => Answer
