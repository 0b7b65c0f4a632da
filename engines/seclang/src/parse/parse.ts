import { SecLangError } from '../error.ts'
import { readActions } from './actions.ts'
import { logicalLines } from './lines.ts'
import { readOperator } from './operator.ts'
import type { Directive, Statement } from './syntax.ts'
import { readTargets } from './targets.ts'
import { readDirective } from './words.ts'

/** Files that include files that include files. */
const MOST_NESTED = 16

/**
 * Reads files in their order, with what they include.
 * @param files name -> text, bytes as latin1
 * @throws SecLangError
 */
export function parse(files: ReadonlyMap<string, string>, entries: readonly string[]): Statement[] {
  const statements: Statement[] = []
  for (const entry of entries) {
    if (!files.has(entry)) throw new SecLangError('file_missing', `there is no file ${entry}`, entry, 1)
    readFile(files, entry, 0, statements)
  }
  return statements
}

function readFile(files: ReadonlyMap<string, string>, file: string, depth: number, into: Statement[]): void {
  for (const line of logicalLines(file, files.get(file) ?? '')) {
    const directive = readDirective(line)
    const lower = directive.name.toLowerCase()
    if (lower !== 'include' && lower !== 'includeoptional') {
      into.push(statementOf(directive))
      continue
    }
    if (depth === MOST_NESTED) throw refused('include_depth', 'files include each other too deeply', directive)
    for (const pattern of directive.words)
      for (const name of included(files, pattern, directive, lower === 'includeoptional'))
        readFile(files, name, depth + 1, into)
  }
}

/** The names that a pattern stands for: as written, or beside the file that includes it; those of a wildcard sorted. */
function included(
  files: ReadonlyMap<string, string>,
  pattern: string,
  directive: Directive,
  optional: boolean,
): string[] {
  const { file } = directive.place
  const beside = file.slice(0, file.lastIndexOf('/') + 1) + pattern
  const named = [pattern, beside].find((name) => files.has(name))
  if (named !== undefined) return [named]
  const wild = /[*?]/.test(pattern)
  const matching = [...files.keys()].filter((name) => like(name, pattern) || like(name, beside))
  if (optional && matching.length === 0) return []
  if (!wild || matching.length === 0) throw refused('file_missing', `there is no file ${pattern}`, directive)
  return matching.toSorted()
}

/** `*` and `?` do not cross a slash. */
function like(name: string, pattern: string): boolean {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`).test(name)
}

function statementOf(directive: Directive): Statement {
  const { place, name, words } = directive
  const lower = name.toLowerCase()
  const [first = '', second = '', third = ''] = words
  switch (lower) {
    case 'secrule': {
      if (words.length < 2 || words.length > 3) throw refused('syntax', 'SecRule takes two or three words', directive)
      return {
        kind: 'rule',
        place,
        targets: readTargets(first, place),
        operator: readOperator(second),
        actions: readActions(third),
      }
    }
    case 'secaction': {
      if (words.length !== 1) throw refused('syntax', 'SecAction takes one word', directive)
      return { kind: 'rule', place, targets: [], operator: undefined, actions: readActions(first) }
    }
    case 'secmarker': {
      if (words.length !== 1) throw refused('syntax', 'SecMarker takes one word', directive)
      return { kind: 'marker', place, label: first.replaceAll("'", '') }
    }
    default:
      return { kind: 'setting', place, name: lower, words }
  }
}

function refused(
  code: 'syntax' | 'include_depth' | 'file_missing',
  message: string,
  { place }: Directive,
): SecLangError {
  return new SecLangError(code, message, place.file, place.line)
}
