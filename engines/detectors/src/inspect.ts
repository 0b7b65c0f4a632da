import { Budget } from './budget.ts'
import { CLASS, classesOf } from './classes.ts'
import { variantsOf } from './decode/variants.ts'
import { DETECTORS } from './detectors.ts'
import type { Bytes, Decoding, Detector, Finding, Hit, InspectOptions } from './types.ts'

/** Words and numbers. Shorter ones hold nothing in base64, either. */
const PLAIN = CLASS.letter | CLASS.digit | CLASS.underscore
const SHORT = 8
const EVIDENCE = 120
/** Places of one text that are passed over; with more of them it is not known what they hide. */
const MOST_IGNORED = 16

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
  const asked = { detectors, budget, ignore: options.ignore }
  const found = look(value, classes, [], asked)
  if (found !== null) return found
  for (const { text, decoding } of variantsOf(value, classes, options.place ?? {}, budget)) {
    const inVariant = look(text, classesOf(text), decoding, asked)
    if (inVariant !== null) return inVariant
  }
  return null
}

interface Asked {
  readonly detectors: readonly Detector[]
  readonly budget: Budget
  readonly ignore: InspectOptions['ignore']
}

function look(
  text: Bytes,
  classes: number,
  decoding: readonly Decoding[],
  { detectors, budget, ignore }: Asked,
): Finding | null {
  for (const detector of detectors) {
    if (!detector.concerns(classes)) continue
    let hit = detector.detect(text, budget, classes) ?? (budget.exhausted ? undecided(text) : null)
    if (hit !== null && ignore !== undefined) hit = notIgnored(text, hit, detector, budget, ignore)
    if (hit !== null) {
      const evidence = text.slice(hit.start, Math.min(hit.end, hit.start + EVIDENCE))
      return { ...hit, detector: detector.name, decoding, evidence }
    }
  }
  return null
}

/** What is ignored must not hide what stands beside it: the rest of the text is looked at without it. */
function notIgnored(
  text: Bytes,
  first: Hit,
  detector: Detector,
  budget: Budget,
  ignore: NonNullable<InspectOptions['ignore']>,
): Hit | null {
  let hit: Hit | null = first
  let rest = text
  for (let times = 0; hit !== null && ignore(detector.name, hit.class); times++) {
    if (times === MOST_IGNORED) return undecided(text)
    rest = rest.slice(0, hit.start) + ' '.repeat(hit.end - hit.start) + rest.slice(hit.end)
    hit = detector.detect(rest, budget, classesOf(rest)) ?? (budget.exhausted ? undecided(text) : null)
  }
  return hit
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
