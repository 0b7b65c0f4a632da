import { Budget } from '../budget.ts'
import { bytesOf, classesOf } from '../classes.ts'
import type { Detector, Hit } from '../types.ts'

/** What one detector says of a text as it is, prefilter included. */
function attempt(detector: Detector, text: string): Hit | null {
  const value = bytesOf(text)
  const classes = classesOf(value)
  return detector.concerns(classes) ? detector.detect(value, Budget.of(value.length), classes) : null
}

/** Those of the texts of which it says something, and those of which it says nothing. */
export function split(detector: Detector, texts: readonly string[]): { found: string[]; passed: string[] } {
  const found = texts.filter((text) => attempt(detector, text) !== null)
  return { found, passed: texts.filter((text) => !found.includes(text)) }
}
