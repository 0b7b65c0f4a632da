import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import {
  compile,
  createSchema,
  type PolicyJson,
  PolicyError,
  type PolicySet,
  type Schema,
  type SchemaJson,
} from '@holdfast/policy'
import { type Finding, parsePolicy, parseSchema, splitPolicies, validate } from '@holdfast/policy/authoring'
import { exitCodes, Failure } from '../failure.ts'
import { findings } from '../output/findings.ts'

/** How many files are read of a directory, and how large one may be. */
const MOST_FILES = 5_000
const LARGEST = 4 * 1024 * 1024

/** The rules of an application, as texts. */
export interface Rules {
  /** Texts of policies and templates, by name. */
  readonly texts: { readonly [name: string]: string }
  /** Cedar; null: none, and nothing is validated */
  readonly schemaText: string | null
  /** Which file a policy is in, where it is in one. */
  readonly files: ReadonlyMap<string, string>
}

/** Rules that have been parsed and, where there is a schema, validated strictly. */
export interface CheckedRules extends Rules {
  readonly schema: Schema
  readonly schemaJson: SchemaJson
  readonly policies: { readonly [name: string]: PolicyJson }
  readonly templates: { readonly [name: string]: PolicyJson }
  readonly set: PolicySet
}

/** A path inside of a directory that may not be left: by `..`, by an absolute path, or by a symbolic link. */
export function inside(root: string, from: string, path: string): string {
  const target = resolve(from, path)
  const real = realpathSync(target)
  const home = realpathSync(root)
  if (real !== home && !real.startsWith(home.endsWith(sep) ? home : home + sep)) {
    throw new Failure({
      code: 'path_outside',
      detail: `${path} is outside of ${root}.`,
      mend: 'A test reads only what is in the directory that was named; name a directory above both.',
      exitCode: exitCodes.usage,
    })
  }
  return target
}

export function readText(path: string): string {
  if (statSync(path).size > LARGEST) {
    throw new Failure({
      code: 'file_too_large',
      detail: `${path} has more than ${LARGEST / 1024 / 1024} MiB.`,
      exitCode: exitCodes.usage,
    })
  }
  return readFileSync(path, 'utf8')
}

/** Files under a directory whose names end so, in order; symbolic links are not followed. */
export function filesUnder(directory: string, ends: (name: string) => boolean): string[] {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(directory.length).split(sep).includes('node_modules'))
    .toSorted()
  if (found.length > MOST_FILES) {
    throw new Failure({
      code: 'too_many_files',
      detail: `${directory} holds more than ${MOST_FILES} such files.`,
      exitCode: exitCodes.usage,
    })
  }
  return found
}

/**
 * Policies of files and directories. A file of one policy gives it its name; of several, each is named by its `@id`, or by the file and its place.
 */
export function readPolicies(
  paths: readonly string[],
  shown: (path: string) => string,
): Pick<Rules, 'texts' | 'files'> {
  const texts = Object.create(null) as Record<string, string>
  const files = new Map<string, string>()
  for (const path of paths.flatMap((each) =>
    statSync(each).isDirectory() ? filesUnder(each, (name) => name.endsWith('.cedar')) : [each],
  )) {
    const base = basename(path, '.cedar')
    const text = readText(path)
    const pieces = splitPolicies(text)
    pieces.forEach((piece, at) => {
      const name = pieces.length === 1 ? base : (idOf(piece) ?? `${base}-${at + 1}`)
      if (texts[name] !== undefined) {
        throw new Failure({
          code: 'policy_twice',
          detail: `There are two policies ${name}: in ${files.get(name)} and in ${shown(path)}.`,
          exitCode: exitCodes.usage,
        })
      }
      texts[name] = pieces.length === 1 ? text : piece
      files.set(name, shown(path))
    })
  }
  return { texts, files }
}

function idOf(text: string): string | undefined {
  const parsed = parsePolicy('id', text)
  return parsed.ok ? (parsed.policy.annotations?.['id'] ?? undefined) : undefined
}

/** The schema of a directory: the only `*.cedarschema` in it. */
export function schemaBeside(directory: string): string | undefined {
  const found = readdirSync(directory).filter((name) => name.endsWith('.cedarschema'))
  return found.length === 1 && found[0] !== undefined ? join(directory, found[0]) : undefined
}

/** Rules of a directory (`schema.cedarschema` and `policies/`, or the policies in it) or of one file. */
export function readRules(path: string, shown: (path: string) => string): Rules {
  if (!statSync(path).isDirectory()) {
    const schema = schemaBeside(dirname(path)) ?? schemaBeside(dirname(dirname(path)))
    return { ...readPolicies([path], shown), schemaText: schema === undefined ? null : readText(schema) }
  }
  const schema = schemaBeside(path) ?? schemaBeside(dirname(path))
  return { ...readPolicies([policiesIn(path)], shown), schemaText: schema === undefined ? null : readText(schema) }
}

/** `policies` in the directory, where there is one, else the directory itself. */
export function policiesIn(directory: string): string {
  const folder = join(directory, 'policies')
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : directory
}

/** Parses and validates. @throws Failure (`rules_invalid`, exit code 2), with every finding and its place */
export function checkRules(rules: Rules): CheckedRules {
  const { texts, schemaText } = rules
  const parsedSchema = schemaText === null ? undefined : parseSchema(schemaText)
  if (parsedSchema?.ok === false) throw invalid(rules, parsedSchema.findings)
  const problems = schemaText === null ? [] : validate(texts, schemaText).filter(({ severity }) => severity === 'error')
  const policies = Object.create(null) as Record<string, PolicyJson>
  const templates = Object.create(null) as Record<string, PolicyJson>
  for (const [name, text] of Object.entries(texts)) {
    const parsed = parsePolicy(name, text)
    if (!parsed.ok) problems.push(...(schemaText === null ? parsed.findings : []))
    else if (parsed.kind === 'policy') policies[name] = parsed.policy
    else templates[name] = parsed.policy
  }
  if (problems.length > 0) throw invalid(rules, problems)
  try {
    const schemaJson = parsedSchema?.schema ?? {}
    const set = compile({ staticPolicies: policies, templates, templateLinks: [] })
    return { ...rules, schema: createSchema(schemaJson), schemaJson, policies, templates, set }
  } catch (error) {
    if (error instanceof PolicyError) throw invalid(rules, [], error.message)
    throw error
  }
}

function invalid({ texts, files, schemaText }: Rules, found: readonly Finding[], other?: string): Failure {
  const lines = found.slice(0, 20).flatMap((finding) => {
    const { policy } = finding
    const given =
      policy === null
        ? { text: schemaText ?? '', file: 'schema', kind: 'schema' as const }
        : { text: texts[policy] ?? '', file: files.get(policy) ?? policy, kind: 'policy' as const }
    return findings(given, [finding]).trimEnd().split('\n')
  })
  return new Failure({
    code: 'rules_invalid',
    detail: 'The policies do not fit their schema.',
    lines: other === undefined ? lines : [...lines, other],
    exitCode: exitCodes.usage,
  })
}

/** Paths as the person sees them: from where they are, where that is shorter. */
export function shownFrom(cwd: string): (path: string) => string {
  return (path) => {
    const short = relative(cwd, path)
    return short.startsWith('..') ? path : short
  }
}
