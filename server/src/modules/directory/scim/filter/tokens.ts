import { ScimProblem, type ScimType } from '../problem.ts'

export interface Token {
  readonly is: 'word' | 'string' | '(' | ')' | '[' | ']' | 'end'
  /** a word as it was written; of a string its content */
  readonly text: string
  readonly at: number
}

/** Characters of one filter or path. Longer ones are no question that anybody asks. */
const longest = 8192

const space = /[ \t]+/y
/** Names, operators, numbers, and the dot and the name behind a `]`. */
const word = /[\w.:$+-]+/y
/** JSON (RFC 8259, section 7). */
const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy

/** @throws ScimProblem of the given type, that says where */
export function tokensOf(text: string, type: Extract<ScimType, 'invalidFilter' | 'invalidPath'>): readonly Token[] {
  if (text.length > longest) throw new ScimProblem(type, `It is longer than ${longest} characters.`)
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? ''
    const taken = matchAt(space, text, at)
    if (taken !== undefined) {
      at += taken.length
      continue
    }
    if (character === '(' || character === ')' || character === '[' || character === ']') {
      tokens.push({ is: character, text: character, at })
      at += 1
      continue
    }
    const quotation = matchAt(string, text, at)
    const name = quotation === undefined ? matchAt(word, text, at) : undefined
    if (quotation !== undefined) tokens.push({ is: 'string', text: content(quotation, type), at })
    else if (name !== undefined) tokens.push({ is: 'word', text: name, at })
    else throw new ScimProblem(type, `What stands at character ${at + 1} belongs to no filter.`)
    at += (quotation ?? name ?? '').length
  }
  tokens.push({ is: 'end', text: '', at: text.length })
  return tokens
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function content(quotation: string, type: Extract<ScimType, 'invalidFilter' | 'invalidPath'>): string {
  const text = JSON.parse(quotation) as string
  if (!text.isWellFormed() || text.includes('\0')) throw new ScimProblem(type, 'A string holds no text.')
  return text
}
