import { existsSync, readFileSync } from 'node:fs'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { leafAt, leaves, type Shape } from './leaves.ts'

/** Settings that cannot be used; each line says which, and what is wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

export interface ConfigSources {
  /** path of a YAML file; one that was named must exist */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** `section.key` -> value, from the command line */
  readonly flags?: Readonly<Record<string, string>>
}

export interface LoadedConfig<T> {
  readonly config: T
  /** where each value that is not a default came from */
  readonly origins: ReadonlyMap<string, string>
}

const defaultFile = 'holdfast.yaml'

/** YAML file < environment < flags; whatever no source names has its default. @throws ConfigError */
export function loadConfig<S extends Shape>(shape: S, sources: ConfigSources): LoadedConfig<z.output<z.ZodObject<S>>> {
  const schema = z.strictObject(shape)
  const tree = readFile(sources.file)
  const origins = new Map<string, string>()
  const problems: string[] = []
  for (const { path } of leaves(shape))
    if (valueAt(tree, path) !== undefined) origins.set(path, sources.file ?? defaultFile)
  for (const { path, env } of leaves(shape)) {
    const given = fromEnvironment(env, path, sources.env, problems)
    if (given === undefined) continue
    setAt(tree, path, interpret(shape, path, given.value))
    origins.set(path, given.name)
  }
  for (const [path, value] of Object.entries(sources.flags ?? {})) {
    if (leafAt(shape, path) === undefined) problems.push(`--set ${path}: there is no such setting`)
    else {
      setAt(tree, path, interpret(shape, path, value))
      origins.set(path, 'command line')
    }
  }
  const parsed = schema.safeParse(tree)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.path.join('.')
      problems.push(`${path === '' ? 'configuration' : path}${from(origins.get(path))}: ${issue.message}`)
    }
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return { config: parsed.data, origins }
}

function from(origin: string | undefined): string {
  return origin === undefined ? '' : ` (from ${origin})`
}

function readFile(named: string | undefined): Record<string, unknown> {
  const path = named ?? defaultFile
  if (!existsSync(path)) {
    if (named !== undefined) throw new ConfigError([`${named}: there is no such file`])
    return {}
  }
  try {
    const tree: unknown = parseYaml(readFileSync(path, 'utf8'), { uniqueKeys: true, maxAliasCount: 10 })
    if (tree === null) return {}
    if (typeof tree !== 'object' || Array.isArray(tree)) throw new ConfigError([`${path}: not a mapping of settings`])
    return tree as Record<string, unknown>
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError([`${path}: ${error.message.split('\n', 1)[0]}`])
    throw error
  }
}

function fromEnvironment(
  names: readonly string[],
  path: string,
  env: ConfigSources['env'],
  problems: string[],
): { name: string; value: string } | undefined {
  for (const name of names) {
    const file = env[`${name}_FILE`]
    if (file !== undefined) {
      try {
        return { name: `${name}_FILE`, value: readFileSync(file, 'utf8').trim() }
      } catch {
        problems.push(`${path} (from ${name}_FILE): the file ${file} cannot be read`)
      }
    }
    const value = env[name]
    if (value !== undefined) return { name, value }
  }
  return undefined
}

/** Text as the setting's schema wants it: as it stands if that is accepted, else read as YAML (numbers, lists). */
function interpret(shape: Shape, path: string, text: string): unknown {
  const leaf = leafAt(shape, path)
  if (leaf === undefined || leaf.safeParse(text).success) return text
  try {
    return parseYaml(text)
  } catch {
    return text
  }
}

function valueAt(tree: Record<string, unknown>, path: string): unknown {
  let at: unknown = tree
  for (const key of path.split('.'))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined
  return at
}

function setAt(tree: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at = tree
  for (const key of keys) {
    const next = at[key]
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) at = next as Record<string, unknown>
    else {
      const made: Record<string, unknown> = {}
      at[key] = made
      at = made
    }
  }
  at[last] = value
}
