/** Symbols, each with its alternatives. */
export type Grammar = ReadonlyMap<string, readonly string[]>

/** How many texts a grammar makes, and its symbols. */
export interface GrammarFile {
  readonly count: number
  readonly symbols: Grammar
}

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\\\': '\\' }

/**
 * Reads a grammar: `# count place` on the first line (not in `common.txt`), `= symbol` begins a symbol, each other line is an
 * alternative of it, with `\n`, `\t` and `\\` as escapes and slots as `compose.ts` knows them.
 */
export function readGrammar(text: string): GrammarFile {
  const symbols = new Map<string, string[]>()
  let alternatives: string[] = []
  let count = 0
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (\d+) \w+$/.exec(line)
    const symbol = /^= (\w+)$/.exec(line)?.[1]
    if (head !== null) count = Number(head[1])
    else if (symbol !== undefined) symbols.set(symbol, (alternatives = []))
    else alternatives.push(line.replace(/\\[nt\\]/g, (escape) => ESCAPES[escape] ?? escape))
  }
  return { count, symbols }
}
