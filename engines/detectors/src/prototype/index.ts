import type { Budget } from '../budget.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/**
 * A path of names, or JSON, that reaches into the prototype of all objects: `__proto__[a]`, `a.__proto__.b`,
 * `constructor[prototype]`, `"__proto__":`. ECMA-262, B.2.2.1. Within a text the bare name is a word that is
 * talked about; as a whole value, or the name of a field (`reachesPrototype`), it is none.
 */
const REACHES =
  /(?:^|[.[\]"'&?{,;=\s:])__proto__(?:["']?\]|["']\s{0,16}:|\s{0,4}[.[=:])|(?:^|[.[\]"'&?{,;\s])constructor(?:["']?\]?\s{0,4}\.?\s{0,4}\[?["']?)prototype(?:["']?\]|["']\s{0,16}:|[.[=:])|:constructor:(?:constructor|prototype)\b|\bconstructor\.constructor\b|^(?:[\w$-]{1,40}\.){0,9}(?:__proto__|constructor\.prototype)$|["']constructor["']\s{0,16}:\s{0,16}\{\s{0,16}["']prototype["']/

/** True for the name of a field that an object must not be given. */
export function reachesPrototype(name: Bytes): boolean {
  return /^(?:.*[.[])?(?:__proto__|constructor[.[]+prototype)\]?(?:[.[].*)?$/s.test(name)
}

/** Prototype pollution. */
export const prototype: Detector = { name: 'prototype', concerns: () => true, detect }

function detect(value: Bytes, budget: Budget): Hit | null {
  if (!value.includes('proto')) return null
  budget.take(value.length >> 3)
  return hitOf(
    REACHES.exec(value),
    'pollution',
    'a path of names',
    'a name reaches the prototype that all objects share',
  )
}
