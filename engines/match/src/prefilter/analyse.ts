import { bytesOf, type ByteSet, withCases } from '../bytes.ts'
import type { Node, Repeat } from '../parse/node.ts'
import { always, anyOf, both, byteOf, either, type Requirement } from './requirement.ts'

/**
 * What is known of the texts that a node matches: either the texts themselves (`exact`, letters in lower case), or what must occur in them.
 * The idea is RE2's FilteredRE2 (R. Cox, "Regular Expression Matching with a Trigram Index", 2012).
 */
type Known = { readonly exact: readonly string[] } | { readonly exact?: undefined; readonly needs: Requirement }

/** Texts that are spelled out at most, bytes of one at most, and bytes of a set that are told apart. */
const mostTexts = 64
const longestText = 24
const mostBytes = 6

/** @returns what a text must have for the pattern to match in it: never too much */
export function requirementOf(root: Node): Requirement {
  return needsOf(analyse(root))
}

function needsOf(known: Known): Requirement {
  return known.exact === undefined ? known.needs : anyOf(known.exact)
}

function analyse(node: Node): Known {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return { exact: [''] }
    case 'set':
      return analyseSet(node.set)
    case 'group':
      return analyse(node.item)
    case 'choice':
      return analyseChoice(node.items.map(analyse))
    case 'sequence':
      return analyseSequence(node.items.map(analyse))
    default:
      return analyseRepeat(node)
  }
}

function analyseSet(set: ByteSet): Known {
  // Small letters stand for both cases: whoever asks looks at texts so.
  const bytes = bytesOf(withCases(set)).filter((byte) => byte < 65 || byte > 90)
  if (bytes.length === 0 || bytes.length > mostBytes) return { needs: byteOf(set) }
  return { exact: bytes.map((byte) => String.fromCharCode(byte)) }
}

function analyseChoice(items: readonly Known[]): Known {
  const texts = items.flatMap((item) => item.exact ?? [])
  if (items.every((item) => item.exact !== undefined) && texts.length <= mostTexts)
    return { exact: [...new Set(texts)] }
  return { needs: either(items.map(needsOf)) }
}

/** Neighbours whose texts are known are spelled out together, as far as that goes. */
function analyseSequence(items: readonly Known[]): Known {
  let needs: Requirement = always
  let run: readonly string[] = ['']
  let broken = false
  for (const item of items) {
    const longer = item.exact === undefined ? undefined : joined(run, item.exact)
    if (longer === undefined) {
      needs = both(needs, anyOf(run))
      broken = true
      if (item.exact === undefined) needs = both(needs, item.needs)
      run = item.exact ?? ['']
    } else run = longer
  }
  return broken ? { needs: both(needs, anyOf(run)) } : { exact: run }
}

function joined(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length * right.length > mostTexts) return undefined
  const texts = [...new Set(left.flatMap((one) => right.map((other) => one + other)))]
  return texts.some((text) => text.length > longestText) ? undefined : texts
}

function analyseRepeat({ item, min, max }: Repeat): Known {
  const known = analyse(item)
  if (min === 0) {
    if (max === 1 && known.exact !== undefined) return analyseChoice([known, { exact: [''] }])
    return { needs: always }
  }
  let texts = known.exact
  for (let count = 1; count < Math.min(min, longestText) && texts !== undefined; count++) {
    texts = joined(texts, known.exact ?? [])
  }
  if (texts === undefined || min > longestText) return { needs: needsOf(known) }
  return max === min ? { exact: texts } : { needs: anyOf(texts) }
}
