import type { Source } from '../errors.ts'
import { decided, type Operation, operation } from './known.ts'
import { Condition, type Context, each, type Facts, FAILS, Node, type Truth } from './node.ts'
import { kindOf } from './kind.ts'

/** `text like "a*b"` */
export class LikeNode extends Condition {
  readonly #left: Node
  readonly #pieces: readonly string[]
  readonly #apply: Operation

  constructor(source: Source, left: Node, pattern: readonly unknown[]) {
    super(source)
    this.#left = left
    this.#pieces = piecesOf(pattern)
    this.#apply = operation('like', (text) => ({ left: text, pattern }))
  }

  override truth(context: Context, facts: Facts | null): Truth {
    return each(this.#left.cases(context, facts), (term) => {
      if (term.kind === 'value') return decided(this.#apply, term.value, term.value, context)
      return kindOf(term) === 'string' ? this.test({ op: 'like', term, pieces: this.#pieces }) : FAILS
    })
  }
}

/** The texts between the wildcards: one piece means that there is no wildcard. */
function piecesOf(pattern: readonly unknown[]): readonly string[] {
  const pieces = ['']
  for (const element of pattern) {
    if (element === 'Wildcard') pieces.push('')
    else pieces[pieces.length - 1] += (element as { Literal: string }).Literal
  }
  return pieces
}
