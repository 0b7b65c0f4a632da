import { createMasks } from './masks.ts'
import type { Requirement } from './requirement.ts'

/** Conjunctions of many members, as a scan asks them. */
export type Conditions = {
  readonly words: readonly string[]
  /** the members that each word alone makes candidates */
  readonly membersOf: readonly Int32Array[]
  /** the conjunctions that each word is a part of, where it is not all of one */
  readonly partOf: readonly Int32Array[]
  /** of each conjunction: how many words it has, its mask, and whom it makes candidates */
  readonly needs: Int32Array
  readonly masks: Int32Array
  readonly members: readonly Int32Array[]
  /** conjunctions below this number have no words */
  readonly wordless: number
  /** the bits that each byte brings */
  readonly maskOfByte: Int32Array
}

type Draft = { readonly words: readonly number[]; readonly mask: readonly number[]; readonly members: Set<number> }

/** @param longest bytes of a word at most: what is longer is looked for by its beginning */
export function conditionsOf(requirements: readonly Requirement[], longest: number): Conditions {
  const masks = createMasks(requirements)
  const numbers = new Map<string, number>()
  const numberOf = (word: string): number => {
    const text = word.slice(0, longest)
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  const drafts = new Map<string, Draft>()
  for (const [member, requirement] of requirements.entries()) {
    for (const { words, sets } of requirement) {
      const draft = { words: [...new Set(words.map(numberOf))], mask: masks.of(sets), members: new Set<number>() }
      const name = `${draft.words.toSorted((a, b) => a - b).join()};${draft.mask.join()}`
      const same = drafts.get(name) ?? draft
      same.members.add(member)
      drafts.set(name, same)
    }
  }
  const isOne = ({ words, mask }: Draft): boolean => words.length === 1 && mask.every((bits) => bits === 0)
  const all = [...drafts.values()]
  const membersOf = Array.from({ length: numbers.size }, () => new Int32Array())
  for (const { words, members } of all.filter(isOne)) membersOf[words[0] as number] = Int32Array.from(members)
  const others = all.filter((draft) => !isOne(draft)).toSorted((a, b) => a.words.length - b.words.length)
  const partOf = Array.from({ length: numbers.size }, (): number[] => [])
  for (const [n, { words }] of others.entries()) for (const word of words) partOf[word]?.push(n)
  return {
    words: [...numbers.keys()],
    membersOf,
    partOf: partOf.map((parts) => Int32Array.from(parts)),
    needs: Int32Array.from(others, ({ words }) => words.length),
    masks: Int32Array.from(others.flatMap(({ mask }) => mask)),
    members: others.map(({ members }) => Int32Array.from(members)),
    wordless: others.filter(({ words }) => words.length === 0).length,
    maskOfByte: masks.ofByte,
  }
}
