import { parseRegex } from '../regex/parse.ts'
import { toJavaScript } from '../regex/print.ts'
import type { Tree } from '../regex/tree.ts'

/** A rule of gitleaks.toml, as far as it says how a secret looks. */
export interface GitleaksRule {
  readonly id: string
  readonly tree: Tree
  readonly regex: RegExp
  /** Shannon entropy in bits per character that the secret must have */
  readonly entropy: number
  /** the group that is the secret; 0: the first that is not empty, or all */
  readonly secretGroup: number
}

/** Reads the rules that have an expression; those of file names alone have none. */
export function readRules(toml: string): { rules: GitleaksRule[]; unread: string[] } {
  const rules: GitleaksRule[] = []
  const unread: string[] = []
  for (const block of toml.split(/^\[\[rules\]\]$/m).slice(1)) {
    const own = block.split(/^\[/m)[0] ?? ''
    const id = /^id = "([^"]+)"/m.exec(own)?.[1] ?? ''
    const source = /^regex = '''([\s\S]*?)'''/m.exec(own)?.[1]
    if (source === undefined) continue
    try {
      const tree = parseRegex(source)
      rules.push({
        id,
        tree,
        regex: toJavaScript(tree),
        entropy: Number(/^entropy = ([0-9.]+)/m.exec(own)?.[1] ?? 0),
        secretGroup: Number(/^secretGroup = ([0-9]+)/m.exec(own)?.[1] ?? 0),
      })
    } catch (error) {
      unread.push(`${id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { rules, unread }
}

/** The secret that a rule finds in a text, or null. */
export function secretIn({ regex, secretGroup, entropy }: GitleaksRule, text: string): string | null {
  const match = regex.exec(text)
  if (match === null) return null
  const secret =
    secretGroup > 0
      ? (match[secretGroup] ?? '')
      : (match.slice(1).find((group) => group !== undefined && group !== '') ?? match[0])
  return secret !== '' && entropyOf(secret) >= entropy ? secret : null
}

function entropyOf(text: string): number {
  const counts = Map.groupBy(text, (character) => character)
  let bits = 0
  for (const { length } of counts.values()) bits -= (length / text.length) * Math.log2(length / text.length)
  return bits
}
