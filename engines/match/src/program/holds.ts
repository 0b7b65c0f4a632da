import { assertions, facts } from './program.ts'

/** The facts of a neighbour that has not been read yet. */
export const unread = -1

const [textStart, textEnd, textEndNewline, lineStart, lineEnd, wordBoundary] = assertions.map((_, n) => n)

/**
 * @param left the facts of what stands left of here, and `right` of what stands right; `unread` when not known
 * @returns undefined when it depends on what was not read
 */
export function holds(assertion: number, left: number, right: number): boolean | undefined {
  switch (assertion) {
    case textStart:
      return left === unread ? undefined : (left & facts.edge) !== 0
    case textEnd:
      return right === unread ? undefined : (right & facts.edge) !== 0
    case textEndNewline:
      return right === unread ? undefined : (right & (facts.edge | facts.finalNewline)) !== 0
    case lineEnd:
      return right === unread ? undefined : (right & (facts.edge | facts.newline)) !== 0
    case lineStart:
      return holdsLineStart(left, right)
    default: {
      if (left === unread || right === unread) return undefined
      const differ = ((left ^ right) & facts.word) !== 0
      return differ === (assertion === wordBoundary)
    }
  }
}

/** At the start, and behind each newline but one that ends the text. */
function holdsLineStart(left: number, right: number): boolean | undefined {
  if (left === unread) return undefined
  if ((left & facts.edge) !== 0) return true
  if ((left & facts.newline) === 0) return false
  return right === unread ? undefined : (right & facts.edge) === 0
}
