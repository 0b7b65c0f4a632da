import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderExpression, renderUid } from './index.ts'
import { expressions } from './testing/expressions.ts'
import { policyJson, when } from './testing/policies.ts'

/** The expression that a text is parsed to. */
function reparsed(text: string): unknown {
  return policyJson(when(text)).conditions[0]?.body
}

/** The parser gives a pattern's literal character by character. */
function normal(expression: unknown): unknown {
  return JSON.parse(JSON.stringify(expression), (key, value: unknown) => {
    if (key !== 'pattern') return value
    const pieces: unknown[] = []
    for (const piece of value as ('Wildcard' | { Literal: string })[]) {
      if (piece === 'Wildcard') pieces.push(piece)
      else pieces.push(...Array.from(piece.Literal))
    }
    return pieces
  })
}

describe('renderExpression', () => {
  it.each([
    'resource.author == principal',
    'principal in [Group::"admins", Group::"a b"]',
    '!(resource.a || resource.b) && !resource.c',
    '(1 + 2) * 3 - (4 - 5) - -6 == -(7)',
    '(if context.a then 1 else 2) == 1',
    '(1 < 2) == (3 > 2)',
    'resource["two words"]["if"].ok has a.b && resource has "a b"',
    'context.name like "a\\*b*" && "\\"\\\\\\n\\u{1f}" == ""',
    'resource is Ns::Doc in Folder::"x"',
    '{a: 1, "b c": [true]}.a == 1',
    'ip("10.0.0.1").isInRange(ip("10.0.0.0/8")) && resource.tags.containsAny([])',
    'principal.hasTag("a") && principal.getTag("a").isEmpty()',
  ])('writes %s as it was', (text) => {
    expect(renderExpression(reparsed(text))).toBe(text)
  })

  it('writes what is parsed to the same expression again', () => {
    fc.assert(
      fc.property(expressions('bool', 4), (expression) => {
        const text = renderExpression(expression)
        expect(normal(reparsed(text))).toEqual(normal(expression))
      }),
    )
  })

  it('shows what is invisible', () => {
    expect(renderUid({ type: 'Person', id: 'a\u202eb\u0000"' })).toBe('Person::"a\\u{202e}b\\0\\""')
  })
})
