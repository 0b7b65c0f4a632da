import { evaluate, type Functions, sprintf, type Value } from '../go/expression.ts'
import type { Case } from './case.ts'

const FUNCTIONS: Functions = { 'fmt.Sprintf': sprintf }

/**
 * The tables of trufflehog's detectors' tests (pkg/detectors/NAME/*_test.go): an input, and the secrets that must be
 * found in it.
 */
export function trufflehogTests(source: string, unit: string): Case[] {
  const names = namesIn(source)
  const cases: Case[] = []
  for (const match of source.matchAll(/\binput:\s*/g)) {
    try {
      const input = evaluate(source, match.index + match[0].length, names, FUNCTIONS)
      const want = /^[\s,]*want:\s*/.exec(source.slice(input.end, input.end + 200))
      if (want === null || typeof input.value !== 'string') continue
      const { value } = evaluate(source, input.end + want[0].length, names, FUNCTIONS)
      const secrets = (typeof value === 'string' ? [value] : value).filter((secret) => secret.length >= 6)
      const text = input.value
      if (secrets.length > 0 && secrets.every((secret) => text.includes(secret)))
        cases.push({ set: 'trufflehog: tests', unit, text, secrets })
    } catch {
      // An expression that is more than a literal: this case cannot be read.
    }
  }
  return cases
}

function namesIn(source: string): Map<string, Value> {
  const names = new Map<string, Value>()
  for (const match of source.matchAll(/^\s*(?:var |const )?([A-Za-z_]\w*)\s*(?::?=)\s*(?=["`(f])/gm)) {
    try {
      names.set(match[1] ?? '', evaluate(source, match.index + match[0].length, names, FUNCTIONS).value)
    } catch {
      // It stays unknown, and so do the cases that use it.
    }
  }
  return names
}
