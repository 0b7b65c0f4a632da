import { sample, seeded } from '../regex/sample.ts'
import type { Case } from './case.ts'
import { type GitleaksRule, secretIn } from './gitleaks-rules.ts'

const MOST_TRIES = 100

/** Texts drawn from the expression of a rule, that the rule itself then finds a secret in: the same ones every time. */
export function drawn(rule: GitleaksRule, count: number): Case[] {
  const random = seeded(42)
  const cases: Case[] = []
  for (let tries = 0; cases.length < count && tries < count * MOST_TRIES; tries += 1) {
    const text = sample(rule.tree, random)
    const secret = secretIn(rule, text)
    if (secret !== null) cases.push({ set: 'gitleaks: drawn from the rules', unit: rule.id, text, secrets: [secret] })
  }
  return cases
}
