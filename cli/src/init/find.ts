import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mask } from './mask.ts'

export type Framework = 'express' | 'hono'

/** A file that makes the application: where `express()` or `new Hono()` is called. */
export interface Entry {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly source: string
  readonly masked: string
  /** Of the call in the source: from its first character to after its closing bracket. */
  readonly start: number
  readonly end: number
}

const skipped = /^(?:node_modules|dist|build|out|coverage|public|vendor|test|tests|__tests__)$|^\./
const scripts = /\.(?:[cm]?[jt]s|[jt]sx)$/
const notEntries = /\.(?:test|spec|d|config)\.[^.]+$/
const largest = 500_000 // bytes: larger files are made, not written

/** Every application of the framework in the project, whether guarded or not. */
export function findEntries(project: string, framework: Framework): readonly Entry[] {
  return scriptFiles(project, '').flatMap((path) => {
    const source = readFileSync(join(project, path), 'utf8')
    if (source.length > largest || !source.includes(framework)) return []
    const masked = mask(source)
    return calls(source, masked, framework).map((call) => ({ path, source, masked, ...call }))
  })
}

export function isGuarded({ source }: Entry): boolean {
  return source.includes('@holdfast/sdk')
}

function scriptFiles(project: string, folder: string): readonly string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) return skipped.test(entry.name) ? [] : scriptFiles(project, `${path}/`)
    return entry.isFile() && scripts.test(entry.name) && !notEntries.test(entry.name) ? [path] : []
  })
}

function calls(source: string, masked: string, framework: Framework): readonly { start: number; end: number }[] {
  return callees(source, framework).flatMap((callee) =>
    [...masked.matchAll(callee)].flatMap((match) => {
      const end = closing(masked, match.index + match[0].length - 1)
      return end === undefined ? [] : [{ start: match.index, end }]
    }),
  )
}

/** What a call looks like in this file, by the names under which it imports the framework. */
function callees(source: string, framework: Framework): readonly RegExp[] {
  if (framework === 'hono') {
    const named = /\bHono\s+as\s+(\w+)/.exec(source)?.[1] ?? /\bHono\s*:\s*(\w+)/.exec(source)?.[1] ?? 'Hono'
    return /['"]hono(?:\/[\w-]+)?['"]/.test(source)
      ? [new RegExp(`\\bnew\\s+${named}\\s*(?:<[^()]*>)?\\s*\\(`, 'g')]
      : []
  }
  const name =
    /\bimport\s+(?:\*\s+as\s+)?(\w+)\b[^'"]*?['"]express['"]/.exec(source)?.[1] ??
    /\b(?:const|let|var)\s+(\w+)\s*=\s*require\(\s*['"]express['"]\s*\)(?!\s*\()/.exec(source)?.[1]
  return [
    ...(name === undefined ? [] : [new RegExp(`(?<![.\\w])${name}\\s*\\(`, 'g')]),
    ...(/require\(\s*['"]express['"]\s*\)\s*\(/.test(source) ? [/\brequire\(\s*['"] {7}['"]\s*\)\s*\(/g] : []),
  ]
}

/** @returns the offset after the bracket that closes the one at `open` */
function closing(masked: string, open: number): number | undefined {
  let depth = 0
  for (let at = open; at < masked.length; at += 1) {
    if (masked[at] === '(') depth += 1
    if (masked[at] === ')') depth -= 1
    if (depth === 0) return at + 1
  }
  return undefined
}
