import type { Input, Matcher, PatternSet, PhraseSet } from './types.ts'

export function createPatternSet(members: readonly (Matcher | PhraseSet)[]): PatternSet {
  const words = (members.length + 31) >>> 5
  return {
    members,
    words,
    candidates: () => new Uint32Array(words).fill(0xffffffff),
    matches: (input: Input) => members.flatMap((member, n) => (member.test(input) ? [n] : [])),
  }
}
