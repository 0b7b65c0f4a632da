import type { Operator } from './syntax.ts'

/** `!@rx ^x$`; without a name it is a regex. */
export function readOperator(text: string): Operator {
  const trimmed = text.trimStart()
  const negated = trimmed.startsWith('!')
  const rest = negated ? trimmed.slice(1).trimStart() : trimmed
  const named = /^@(\w+)(?:\s+|$)/.exec(rest)
  if (named === null) return { negated, name: 'rx', argument: negated ? rest : text }
  return { negated, name: (named[1] ?? '').toLowerCase(), argument: rest.slice(named[0].length) }
}
