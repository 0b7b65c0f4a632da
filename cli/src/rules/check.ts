import { type Engine, SecLangError } from '@holdfast/seclang'
import type { RuleFiles } from '@holdfast/gateway/rules'

export interface Checked {
  /** null: they cannot run. */
  readonly engine: Engine | null
  readonly errors: readonly {
    readonly file: string
    readonly line: number
    readonly code: string
    readonly text: string
  }[]
}

const mostErrors = 50

/**
 * Compiles rules. A directive that is not known is told and left out, so that the next one is told, too; what else is wrong with rules
 * ends it, since one rule depends on others.
 */
export function checkRules(found: RuleFiles, compile: (files: RuleFiles) => Engine): Checked {
  const files = new Map(found.files)
  const errors: Checked['errors'][number][] = []
  for (;;) {
    try {
      const engine = compile({ ...found, files })
      return { engine: errors.length === 0 ? engine : null, errors }
    } catch (error) {
      if (!(error instanceof SecLangError)) throw error
      const { file, line, code } = error
      const text = error.message.slice(`${file}:${line}: `.length).replace(/ \([a-z_]+\)$/, '')
      errors.push({ file, line, code, text })
      const rest = code === 'directive_unknown' && errors.length < mostErrors ? without(files.get(file), line) : null
      if (rest === null) return { engine: null, errors }
      files.set(file, rest)
    }
  }
}

/** The text without the directive that begins in this line; what is behind it keeps its number. */
function without(text: string | undefined, line: number): string | null {
  if (text === undefined) return null
  const lines = text.split('\n')
  for (let at = line - 1; at < lines.length; at++) {
    const goesOn = /\\\r?$/.test(lines[at] ?? '')
    lines[at] = ''
    if (!goesOn) break
  }
  return lines.join('\n')
}
