import { Budget } from './budget.ts'
import { CLASS, classesOf } from './classes.ts'
import { variantsOf } from './decode/variants.ts'
import { DETECTORS } from './detectors.ts'
import type { Bytes, Decoding, Detector, Finding, Hit, InspectOptions } from './types.ts'

/** Words and numbers. Shorter ones hold nothing in base64, either. */
const PLAIN = CLASS.letter | CLASS.digit | CLASS.underscore
const SHORT = 8
const EVIDENCE = 120

/**
 * The first thing that a detector finds in the value, as it came or in one of the decodings that a backend may apply; null where
 * there is nothing. Never throws; the work is bounded by `budget`, and a value that uses it up is itself a finding (class
 * `undecided`): only text that goes on to parse as an attack costs that much.
 */
export function inspect(value: Bytes, options: InspectOptions = {}): Finding | null {
  const classes = classesOf(value)
  if ((classes & ~PLAIN) === 0 && value.length < SHORT) return null
  const detectors = options.detectors ?? DETECTORS
  const budget = options.budget ?? Budget.of(value.length)
  const found = look(value, classes, [], detectors, budget)
  if (found !== null) return found
  for (const { text, decoding } of variantsOf(value, classes, options.place ?? {}, budget)) {
    const inVariant = look(text, classesOf(text), decoding, detectors, budget)
    if (inVariant !== null) return inVariant
  }
  return null
}

function look(
  text: Bytes,
  classes: number,
  decoding: readonly Decoding[],
  detectors: readonly Detector[],
  budget: Budget,
): Finding | null {
  for (const detector of detectors) {
    if (!detector.concerns(classes)) continue
    const hit = detector.detect(text, budget, classes) ?? (budget.exhausted ? undecided(text) : null)
    if (hit !== null) {
      const evidence = text.slice(hit.start, Math.min(hit.end, hit.start + EVIDENCE))
      return { ...hit, detector: detector.name, decoding, evidence }
    }
  }
  return null
}

function undecided(text: Bytes): Hit {
  return {
    class: 'undecided',
    context: 'as is',
    start: 0,
    end: text.length,
    why: 'the value used up the work that its size allows while it still read as code',
  }
}
