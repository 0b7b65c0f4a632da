import { type ByteSet, countOf, keyOf, setOf, union, withCases } from '../bytes.ts'

/** Strings that must all occur, letters in lower case, and sets of which a byte each must occur. Without any it always holds. */
export type Conjunction = { readonly words: readonly string[]; readonly sets: readonly ByteSet[] }

/** A text that matches satisfies one of these at least. None at all: nothing matches. */
export type Requirement = readonly Conjunction[]

export const always: Requirement = [{ words: [], sets: [] }]

/** More alternatives than this are not made by multiplying out; those that a pattern spells itself may be more. */
const mostProducts = 64
/** Strings up to which each is compared with each. */
const mostCompared = 256
const mostWordless = 6
const mostWords = 2
const mostSets = 3

/** @returns what holds where one of these strings occurs */
export function anyOf(strings: readonly string[]): Requirement {
  const kept: string[] = []
  for (const text of [...new Set(strings)].toSorted((a, b) => a.length - b.length)) {
    // Where the longer one occurs the shorter one does.
    if (strings.length > mostCompared || !kept.some((shorter) => text.includes(shorter))) kept.push(text)
  }
  const bytes = kept.filter((text) => text.length === 1).map((text) => withCases(setOf(text.charCodeAt(0))))
  if (kept[0] === '') return always
  const words = kept.filter((text) => text.length > 1).map((text) => ({ words: [text], sets: [] }))
  return bytes.length === 0 ? words : [...words, { words: [], sets: [union(...bytes)] }]
}

/** @returns what holds where a byte of the set occurs; a large set says too little to be asked for */
export function byteOf(set: ByteSet): Requirement {
  const folded = withCases(set)
  if (countOf(folded) === 0) return []
  return countOf(folded) > 96 ? always : [{ words: [], sets: [folded] }]
}

export function either(requirements: readonly Requirement[]): Requirement {
  const all = requirements.flat()
  if (all.some(isAlways)) return always
  const known = new Map(all.map((conjunction) => [nameOf(conjunction), conjunction]))
  return [...known.values()]
}

export function both(left: Requirement, right: Requirement): Requirement {
  if (left.length === 0 || right.length === 0) return []
  if (left === always) return right
  if (right === always) return left
  if (left.length * right.length > Math.max(mostProducts, left.length, right.length)) {
    return worth(left) >= worth(right) ? left : right
  }
  return either([left.flatMap((one) => right.map((other) => conjoined(one, other)))])
}

/**
 * The same, weaker where it would be asked too often: conjunctions without words are asked of every text, so that a pattern may have a few only. Of
 * more, what they have in common is kept, or else one set each.
 */
export function plain(requirement: Requirement): Requirement {
  const wordless = requirement.filter(({ words }) => words.length === 0)
  if (wordless.length <= mostWordless) return requirement
  const [first, ...others] = wordless
  const common = (first?.sets ?? []).filter((set) =>
    others.every(({ sets }) => sets.some((other) => keyOf(other) === keyOf(set))),
  )
  const sets = common.length > 0 ? common : [union(...wordless.flatMap(({ sets }) => sets.slice(0, 1)))]
  return [...requirement.filter(({ words }) => words.length > 0), { words: [], sets }]
}

function conjoined(one: Conjunction, other: Conjunction): Conjunction {
  const words = [...new Set([...one.words, ...other.words])].toSorted((a, b) => b.length - a.length)
  const longest = words.filter((word, n) => !words.slice(0, n).some((longer) => longer.includes(word)))
  const sets = new Map([...one.sets, ...other.sets].map((set) => [keyOf(set), set]))
  return {
    words: longest.slice(0, mostWords),
    sets: [...sets.values()].toSorted((a, b) => countOf(a) - countOf(b)).slice(0, mostSets),
  }
}

/** How much the weakest alternative excludes, in bytes of a word; a set counts for less than a byte of one. */
function worth(requirement: Requirement): number {
  return requirement.reduce(
    (least, { words, sets }) => Math.min(least, (words[0]?.length ?? 0) * 2 + (sets.length > 0 ? 1 : 0)),
    Infinity,
  )
}

function isAlways({ words, sets }: Conjunction): boolean {
  return words.length === 0 && sets.length === 0
}

function nameOf({ words, sets }: Conjunction): string {
  return `${words.join('\u0100')}\u0100\u0100${sets.map(keyOf).join()}`
}
