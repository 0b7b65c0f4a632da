import { createTrie } from './literals/trie.ts'
import { patternOf } from './members.ts'
import { requirementOf } from './prefilter/analyse.ts'
import { conditionsOf } from './prefilter/conditions.ts'
import { always, anyOf, plain, type Requirement } from './prefilter/requirement.ts'
import { createScan, type Scan } from './prefilter/scan.ts'
import { textOf } from './text.ts'
import type { Input, Matcher, PatternSet, PhraseSet } from './types.ts'

/** Entries of the table at most: 8 MiB. Words are cut where it would be larger. */
const largestTable = 2_097_152

/** One pass over a text finds all words and bytes that its members ask for (Aho-Corasick): most members are then known not to match. */
export function createPatternSet(members: readonly (Matcher | PhraseSet)[]): PatternSet {
  const scan = scanFor(members.map((member) => plain(requirementOfMember(member))))
  const words = (members.length + 31) >>> 5
  const candidates = (input: Input, into: Uint32Array = new Uint32Array(words)): Uint32Array => {
    into.fill(0)
    scan(textOf(input), into)
    return into
  }
  return {
    members,
    words,
    candidates,
    matches(input) {
      const text = textOf(input)
      const matching: number[] = []
      for (const [word, bits] of candidates(text).entries()) {
        for (let rest = bits; rest !== 0; rest &= rest - 1) {
          const member = word * 32 + 31 - Math.clz32(rest & -rest)
          if (members[member]?.test(text) === true) matching.push(member)
        }
      }
      return matching
    },
  }
}

function requirementOfMember(member: Matcher | PhraseSet): Requirement {
  if ('phrases' in member) {
    // A text is looked at in lower case: what a set that minds case looks for may then be there.
    const phrases = member.phrases.filter((phrase) => phrase !== '')
    return anyOf(phrases.map((phrase) => phrase.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())))
  }
  const pattern = patternOf.get(member)
  return pattern === undefined ? always : requirementOf(pattern.root)
}

function scanFor(requirements: readonly Requirement[]): Scan {
  for (let longest = 12; ; longest -= 2) {
    const conditions = conditionsOf(requirements, longest)
    const trie = createTrie(conditions.words, true)
    if (longest <= 2 || trie.size * trie.symbols <= largestTable) return createScan(conditions, trie)
  }
}
