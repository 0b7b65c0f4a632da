import type { Pattern } from './parse/node.ts'
import type { Matcher } from './types.ts'

/** What a matcher was compiled of: a set of patterns looks into its members. */
export const patternOf: WeakMap<Matcher, Pattern> = new WeakMap()
