import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { patternsOf } from '../../engines/match/src/testing/rules.ts'

/** Of the kind that rule sets are made of; what runs where none is at hand. */
const own: readonly string[] = [
  '(?i)\\b(?:union\\s+(?:all\\s+)?select|insert\\s+into|delete\\s+from|drop\\s+table)\\b',
  '(?i)\\bselect\\b.{1,100}?\\bfrom\\b',
  '(?i)(?:sleep|benchmark|pg_sleep|waitfor\\s+delay)\\s*\\(?.*?\\)?',
  '(?i)[\'"`]\\s*(?:or|and|xor|\\|\\||&&)\\s*[\'"`]?\\w+[\'"`]?\\s*(?:=|like|<|>)',
  '(?i)<script[^>]*>[\\s\\S]*?',
  '(?i)\\bon(?:load|error|click|focus|mouse(?:over|out|move))\\s*=',
  '(?i)(?:javascript|vbscript|data)\\s*:',
  '(?i)<(?:iframe|object|embed|applet|meta|svg|math)\\b',
  '(?:^|[/\\x5c])\\.\\.(?:[/\\x5c]|$)',
  '(?i)(?:etc/(?:passwd|shadow|hosts)|proc/self/(?:environ|cmdline)|boot\\.ini)',
  '(?i)(?:;|\\||&&|\\$\\(|`)\\s*(?:cat|ls|id|whoami|wget|curl|nc|bash|sh|python|perl)\\b',
  '\\$\\{(?:jndi|env|sys|lower|upper):',
  '(?i)\\{\\{.*?(?:__class__|config|request|cycler).*?\\}\\}',
  '(?i)(?:php|phar|zip|expect|glob|file)://',
  '(?i)\\b(?:eval|assert|system|passthru|shell_exec|popen|proc_open)\\s*\\(',
  'O:\\d+:"[^"]+":\\d+:\\{',
  '(?i)\\brO0AB[\\w+/=]*',
  '[\\r\\n]\\W*?(?:content-(?:type|length)|set-cookie|location):\\s*\\w',
  '(?i)(?:https?|ftp)://(?:127\\.|10\\.|169\\.254\\.|localhost|\\[::1\\])',
  '^(\\d+)-(\\d+)$',
  '(\\d+)-(\\d+)',
  '(?:\\s*[<>=!]+\\s*\\w+){3}',
  '\\W{4,}',
]

/** The patterns to run: those of the rule set in HOLDFAST_CRS for attacks on applications (files 930 to 944), else our own. */
export function matchPatterns(): { readonly patterns: readonly string[]; readonly of: string } {
  const rules = process.env['HOLDFAST_CRS']
  if (rules === undefined) return { patterns: own, of: `${own.length} patterns of the kind of a rule set's` }
  if (!existsSync(rules)) throw new Error(`HOLDFAST_CRS: there is no ${rules}`)
  const patterns = patternsOf(join(rules), /-9[34]\d-/)
  return { patterns, of: `${patterns.length} patterns of the rule set in ${rules}` }
}

/** The same for JavaScript's engine, which knows flags for a whole pattern or for a group. */
export function inJavaScript(pattern: string): RegExp {
  let flags = 's'
  const hoisted = pattern.replaceAll(/\(\?([is]+)\)/g, (_, letters: string) => {
    if (letters.includes('i')) flags = 'si'
    return ''
  })
  return new RegExp(hoisted.replaceAll(/\\x\{([0-9a-f]{2})\}/gi, '\\x$1').replaceAll('\\z', '$'), flags)
}

const sentence = "The quick brown fox jumps over the lazy dog; prices rose 3% (from 12 to 13) in O'Brien's shop. "

/** Values as requests carry them. */
export const shortValues: readonly string[] = [
  '1',
  'john',
  'John Smith',
  'hello world, this is a comment',
  '2024-01-01',
  'a@example.com',
  '/api/v1/users/42',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'application/json',
  'en-US,en;q=0.9',
  'sess_9f8e7d6c5b4a',
  'https://example.com/path?x=1&y=2',
  'true',
]

export function prose(length: number): string {
  return sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length)
}

/** What makes backtracking engines slow: runs of what the loops of patterns read, never followed by what they wait for. */
export function hostile(length: number): readonly string[] {
  return ['1', '{', ' ', 'a', '<', "'", '$(', '../', 'select ', '<a ', '=1 ', '\\', 'a.', '"\'', '&&', ';\n'].map(
    (piece) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length),
  )
}
