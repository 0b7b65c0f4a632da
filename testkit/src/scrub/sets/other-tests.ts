import { parseRegex } from '../regex/parse.ts'
import { toJavaScript } from '../regex/print.ts'
import type { Case } from './case.ts'

/** The examples of Kingfisher's rules (data/rules/*.yml): the first group of the rule's expression is the secret. */
export function kingfisherExamples(source: string): Case[] {
  return source
    .split(/^ {2}- name: /m)
    .slice(1)
    .flatMap((block) => {
      const unit = /^\s+id: (\S+)/m.exec(block)?.[1] ?? ''
      const pattern =
        /^ {4}pattern: \|\s*\n((?: {6}.*\n|\s*\n)+)/m.exec(block)?.[1] ?? /^ {4}pattern: '?(.*?)'?$/m.exec(block)?.[1]
      const examples = /^ {4}examples:\n((?: {6,}.*\n?|\s*\n)+)/m.exec(block)?.[1]
      if (pattern === undefined || examples === undefined) return []
      const regex = compile(pattern)
      if (regex === null) return []
      return listItems(examples).flatMap((text): Case[] => {
        const match = regex.exec(text)
        if (match === null) return []
        const secret = match.slice(1).find((group) => group !== undefined && group !== '') ?? match[0]
        return secret.length < 6
          ? []
          : [{ set: 'kingfisher: examples', unit: unit.replace(/\.[0-9]+$/, ''), text, secrets: [secret] }]
      })
    })
}

/** An expression in the verbose form `(?x)`: white space and comments mean nothing. */
function compile(pattern: string): RegExp | null {
  const flags = /^\s*((?:\(\?[imsx]+\)\s*)+)/.exec(pattern)?.[1] ?? ''
  const bare = pattern.slice(pattern.indexOf(flags) + flags.length)
  const source = flags.includes('x')
    ? bare.replace(/\\[\s\S]|\[(?:\\.|[^\]\\])*\]|#[^\n]*|\s+/g, (each) => (/^[\s#]/.test(each) ? '' : each))
    : bare.trim()
  try {
    return toJavaScript(parseRegex(`${flags.includes('i') ? '(?i)' : ''}${source}`))
  } catch {
    return null
  }
}

/** The items of a YAML list of texts, plain, quoted or as blocks. */
function listItems(source: string): string[] {
  return source
    .split(/^ {6}- /m)
    .slice(1)
    .map((item) => {
      const block = /^[|>]-?\s*\n([\s\S]*)/.exec(item)
      if (block !== null) return (block[1] ?? '').replace(/^ {8}/gm, '').trimEnd()
      const text = item.trim()
      if (text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
      if (text.startsWith('"') && text.endsWith('"'))
        return text
          .slice(1, -1)
          .replace(/\\(["\\])/g, '$1')
          .replaceAll('\\n', '\n')
      return text
    })
}

/** What detect-secrets' plugins must and must not find (tests/plugins/*_test.py): rows of a text and True or False. */
export function detectSecretsTests(source: string, unit: string): Case[] {
  const cases: Case[] = []
  for (const [, double, single, flag] of source.matchAll(
    /\(\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'),\s*(True|False),?\s*\)/g,
  )) {
    const text = (double ?? single ?? '').replace(/\\(['"\\])/g, '$1')
    if (text.length < 8) continue
    cases.push({
      set: flag === 'True' ? 'detect-secrets: tests' : 'detect-secrets: must not',
      unit,
      text,
      secrets: flag === 'True' ? [text] : [],
    })
  }
  return cases
}

/** What CredSweeper finds in its own samples (tests/data/output.json): lines with their values. */
export function credSweeperResults(source: string): Case[] {
  const results = JSON.parse(source) as { rule: string; line_data_list: { line: string; value: string | null }[] }[]
  return results.flatMap(({ rule, line_data_list: lines }) =>
    lines
      .slice(0, 1)
      .flatMap(({ line, value }): Case[] =>
        lines.length > 1 || value === null || value.length < 6 || line.length > 8000
          ? []
          : [{ set: 'CredSweeper: samples', unit: rule, text: line, secrets: [value] }],
      ),
  )
}
