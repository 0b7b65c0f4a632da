/** JSON that is not accepted; the message says what and where. */
export class JsonProblem extends Error {}

export interface JsonLimits {
  readonly depth: number
}

/**
 * Parses JSON (RFC 8259) and refuses what parsers disagree about: duplicate member names (section 4), numbers that a
 * double cannot hold exactly as written integers, lone surrogates, and nesting deeper than the limit. U+0000 too: it is
 * in no text that anybody means, and PostgreSQL holds it neither in text nor in jsonb.
 */
export function parseStrictJson(text: string, limits: JsonLimits = { depth: 64 }): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new JsonProblem(error instanceof Error ? publicMessage(error) : 'not JSON')
  }
  scan(text, limits)
  return value
}

/** The engine's message quotes the input, which may hold a secret: keep the position only. */
function publicMessage(error: Error): string {
  const at = /position (\d+)/.exec(error.message)?.[1]
  return at === undefined ? 'not well-formed JSON' : `not well-formed JSON at character ${at}`
}

/** Walks text that is known to be well-formed, so it only has to find names, nesting and integers. */
function scan(text: string, limits: JsonLimits): void {
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length; ) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      const after = skipSpace(text, end)
      const string = JSON.parse(text.slice(at, end)) as string
      if (!string.isWellFormed()) throw new JsonProblem(`a lone surrogate at character ${at}`)
      if (string.includes('\0')) throw new JsonProblem(`U+0000 in the string at character ${at}`)
      if (text[after] === ':') {
        const names = open.at(-1)
        if (names?.has(string) === true) throw new JsonProblem(`the member name at character ${at} occurs twice`)
        names?.add(string)
      }
      at = end
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null)
      if (open.length > limits.depth) throw new JsonProblem(`nested deeper than ${limits.depth}`)
      at += 1
    } else if (character === '}' || character === ']') {
      open.pop()
      at += 1
    } else if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) {
      at = checkNumber(text, at)
    } else at += 1
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1
  return at
}

function checkNumber(text: string, start: number): number {
  let at = start
  while (at < text.length && '+-.eE0123456789'.includes(text[at] ?? '')) at += 1
  const literal = text.slice(start, at)
  const value = Number(literal)
  if (!Number.isFinite(value) || (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value))) {
    throw new JsonProblem(`a number out of range at character ${start}`)
  }
  return at
}
