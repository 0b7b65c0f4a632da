import type { Budget } from '../budget.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/**
 * A name that reaches the prototype of all objects, as a path of names or a key of JSON: `__proto__[a]`, `a.__proto__.b`,
 * `constructor[prototype]`, `"__proto__":`. ECMA-262, B.2.2.1.
 */
const REACHES =
  /(?:^|[.[\]"'&?{,;=\s])__proto__(?:["']?\]|["']\s*:|\s{0,4}[.[=:]|$)|(?:^|[.[\]"'&?{,;\s])constructor(?:["']?\]?\s{0,4}\.?\s{0,4}\[?["']?)prototype(?:["']?\]|["']\s*:|[.[=:]|$)|["']constructor["']\s*:\s*\{\s*["']prototype["']/

/** Prototype pollution. */
export const prototype: Detector = { name: 'prototype', concerns: () => true, detect }

function detect(value: Bytes, budget: Budget): Hit | null {
  if (!value.includes('proto')) return null
  budget.take(value.length)
  return hitOf(
    REACHES.exec(value),
    'pollution',
    'a path of names',
    'a name reaches the prototype that all objects share',
  )
}
