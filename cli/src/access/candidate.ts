import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { segment } from '../api/client.ts'
import type { Uid } from '../api/types.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import type { Terminal } from '../terminal.ts'
import { policiesIn, readPolicies, readText, schemaBeside, shownFrom } from './policy-files.ts'

/** Policies of a directory as the API takes them. */
export interface GivenPolicies {
  readonly policies: readonly { readonly name: string; readonly text: string }[]
  readonly schema?: string
}

/**
 * The policies of a directory (`*.cedar`, in `policies/` where there is one), and its schema, where it has one.
 * @throws Failure
 */
export function readGiven(terminal: Terminal, path: string): GivenPolicies {
  const directory = resolve(terminal.cwd, path)
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw usage(`${path} is no directory.`, 'Name a directory with *.cedar files, and perhaps a *.cedarschema.')
  }
  const { texts } = readPolicies([policiesIn(directory)], shownFrom(terminal.cwd))
  const policies = Object.entries(texts).map(([name, text]) => ({ name, text }))
  if (policies.length === 0) throw usage(`${path} holds no *.cedar file.`)
  const schema = schemaBeside(directory)
  return { policies, ...(schema !== undefined && { schema: readText(schema) }) }
}

export const applicationPath = (application: string, rest: string): string =>
  `/applications/${segment(application)}/${rest}`

/** What decides otherwise, in words. */
export const kindsInWords: Readonly<Record<string, string>> = {
  would_allow: 'would allow',
  would_deny: 'would deny',
  other_reasons: 'other policies, same answer',
  would_fail: 'a policy would fail, same answer',
  broken: 'could not decide',
}

interface Example {
  readonly time: string
  readonly kind: string
  readonly principal: Uid | null
  readonly action: string | null
  readonly resource: Uid | null
  readonly explanation: string | null
}

/** The first twenty decisions that turn, and why. */
export function examplesTable(examples: readonly Example[], none: string): string {
  return table(
    examples.slice(0, 20),
    {
      time: ({ time }) => when(time),
      what: ({ kind }) => kindsInWords[kind] ?? kind,
      principal: ({ principal }) => uidText(principal),
      action: ({ action }) => action,
      resource: ({ resource }) => uidText(resource),
      why: ({ explanation }) => explanation,
    },
    none,
  )
}

export const uidText = (uid: Uid | null): string => (uid === null ? '-' : `${uid.type}::${JSON.stringify(uid.id)}`)

export function namesText(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}
