import { basename, resolve } from 'node:path'
import { statSync } from 'node:fs'
import type { Cli } from '../cli.ts'
import { usage } from '../failure.ts'
import { readPolicies, readRules, shownFrom } from './policy-files.ts'

/** One side of a comparison, as the control plane takes it. */
export interface SideBody {
  readonly at?: string
  readonly version?: number
  readonly policies?: readonly { readonly name: string; readonly text: string }[]
  readonly schema?: string
  readonly changes?: readonly { readonly name: string; readonly text: string }[]
}

/**
 * Reads a side as people name it: `live`, `candidate`, `version:12`, `version:-1` (the rules before the last change), a time; a directory, which is all policies; or a file, whose policies are put over
 * the live ones.
 */
export function readSide({ terminal }: Cli, text: string): SideBody {
  if (text === 'live' || text === 'candidate') return { at: text }
  const version = /^version:(-?[1-9]\d{0,8})$/.exec(text)?.[1]
  if (version !== undefined) return { version: Number(version) }
  const path = resolve(terminal.cwd, text)
  const found = statSync(path, { throwIfNoEntry: false })
  const shown = shownFrom(terminal.cwd)
  if (found?.isDirectory() === true) {
    const { texts, schemaText } = readRules(path, shown)
    if (Object.keys(texts).length === 0) throw usage(`${text} holds no *.cedar file.`)
    return { policies: listed(texts), ...(schemaText !== null && { schema: schemaText }) }
  }
  if (found?.isFile() === true) return { changes: listed(readPolicies([path], shown).texts) }
  const moment = momentOf(text)
  if (moment !== undefined) return { at: moment }
  throw usage(
    `"${text}" is nothing that can be compared.`,
    'Name live, candidate, version:12 or version:-1, a time like 2026-11-01T00:00Z, a directory of policies, or a file with single ones.',
  )
}

function listed(texts: { readonly [name: string]: string }): { name: string; text: string }[] {
  return Object.entries(texts).map(([name, text]) => ({ name: basename(name), text }))
}

/** A time with or without seconds, a day too; in UTC where nothing else is said. */
function momentOf(text: string): string | undefined {
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/
  if (!form.test(text)) return undefined
  const zoned = text.length === 10 ? `${text}T00:00:00Z` : /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`
  const time = Date.parse(zoned)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
