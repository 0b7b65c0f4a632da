import type { Entry, Framework } from './find.ts'

export interface EditOptions {
  readonly framework: Framework
  /** The file is loaded as an ES module for certain, so that it may await at its top. */
  readonly topLevelAwait: boolean
}

/** The source with the guard in place, or the reason in one sentence why a person has to place it. */
export type Edited = { readonly source: string } | { readonly problem: string }

// Besides the gateway's identity token, service keys: so that a guarded application can be tried with curl alone.
const options = `{ accept: ['identity', 'bearer'] }`

/** Adds three lines: the import, and the guard right behind the application, before every route. */
export function addGuard(entry: Entry, { framework, topLevelAwait }: EditOptions): Edited {
  const { source, masked, start, end } = entry
  const lineStart = masked.lastIndexOf('\n', start - 1) + 1
  const before = masked.slice(lineStart, start)
  const name = /(?:^|[\s;])([\w.]+)\s*(?::\s*[\w.<>[\], ]+)?=\s*$/.exec(before)?.[1]
  const rest = /^[ \t]*;?[ \t]*(?:\r?\n|$)/.exec(masked.slice(end))
  if (name === undefined || rest === null || /^\s*\./.test(masked.slice(end))) {
    return { problem: 'The application is made within a longer expression.' }
  }
  if (/\bholdfast\b/.test(masked)) return { problem: 'The name "holdfast" is already used in this file.' }
  const eol = source.includes('\r\n') ? '\r\n' : '\n'
  const indent = /^\s*/.exec(before)?.[0] ?? ''
  const semicolon = usesSemicolons(masked) ? ';' : ''
  const outermost = depth(masked, start) === 0
  const guard = guardLines(name, framework, topLevelAwait && outermost, masked).map(
    (line) => `${indent}${line}${semicolon}`,
  )
  const at = end + rest[0].length
  const ending = rest[0].endsWith('\n') ? '' : eol
  const guarded = `${source.slice(0, at)}${ending}${guard.join(eol)}${eol}${source.slice(at)}`
  return { source: addImport(guarded, masked, lineStart, importLine(entry, framework, semicolon), eol) }
}

function guardLines(name: string, framework: Framework, awaits: boolean, masked: string): readonly string[] {
  if (awaits) return [`${name}.use(await holdfast(${options}))`]
  const guard = /\bguard\b/.test(masked) ? 'holdfastGuard' : 'guard'
  const made = `const ${guard} = holdfast(${options})`
  if (framework === 'express') {
    return [made, `${name}.use((req, res, next) => ${guard}.then((check) => check(req, res, next), next))`]
  }
  return [made, `${name}.use(async (c, next) => (await ${guard})(c, next))`]
}

function importLine({ source, masked }: Entry, framework: Framework, semicolon: string): string {
  const quote = (source.match(/'/g)?.length ?? 0) >= (source.match(/"/g)?.length ?? 0) ? "'" : '"'
  const specifier = `${quote}@holdfast/sdk/${framework}${quote}`
  return /^import\b/m.test(masked)
    ? `import { holdfast } from ${specifier}${semicolon}`
    : `const { holdfast } = require(${specifier})${semicolon}`
}

/** Behind the last import or require at the file's outermost level that stands before the application. */
function addImport(source: string, masked: string, limit: number, line: string, eol: string): string {
  const statement = line.startsWith('import')
    ? /^import\b[^'"]*['"][^'"\n]*['"][^\n]*(?:\n|$)/gm
    : /^(?:const|let|var)\b[^=\n]*=\s*require\([^\n]*(?:\n|$)/gm
  const ends = [...masked.slice(0, limit).matchAll(statement)].map((match) => match.index + match[0].length)
  const at = ends.at(-1) ?? prologue(masked)
  return `${source.slice(0, at)}${line}${eol}${source.slice(at)}`
}

/** What must stay first: a #! line, 'use strict'. */
function prologue(masked: string): number {
  return /^(?:#![^\n]*\n)?(?:\s*['"] {10}['"];?[^\n]*\n)?/.exec(masked)?.[0].length ?? 0
}

function usesSemicolons(masked: string): boolean {
  const lines = masked.split(/\r?\n/).filter((line) => /[\w)'"`\];]\s*$/.test(line))
  return lines.filter((line) => /;\s*$/.test(line)).length * 2 > lines.length
}

/** How many braces are open before this offset. */
function depth(masked: string, offset: number): number {
  const before = masked.slice(0, offset)
  return (before.match(/\{/g)?.length ?? 0) - (before.match(/\}/g)?.length ?? 0)
}
