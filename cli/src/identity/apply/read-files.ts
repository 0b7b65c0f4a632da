import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { flawed, type Path, readYaml, type YamlFile } from '../../access/yaml-file.ts'
import { exitCodes, Failure } from '../../failure.ts'
import type { Terminal } from '../../terminal.ts'
import { IdentityFile } from './file-schema.ts'
import { flawsOf } from './flaws.ts'
import type { Ownable } from './plan.ts'
import { nameOf } from './thing.ts'
import { type Said, saidBy, twice } from './wanted.ts'

/** What stands in a file, and which one it is. */
export type Entry = Said & {
  readonly file: YamlFile
  /** that names of files in it are relative to */
  readonly folder: string
}

export interface Files {
  readonly entries: readonly Entry[]
  readonly owns: ReadonlySet<Ownable>
  /** sentences about what is allowed, and yet no good idea */
  readonly warnings: readonly string[]
}

/**
 * @param names of files; `-` is standard input
 * @throws Failure (`file_invalid`), which names each line
 */
export async function readFiles(names: readonly string[], terminal: Terminal): Promise<Files> {
  try {
    return await read(names, terminal)
  } catch (error) {
    // 2 says that there are changes.
    if (error instanceof Failure && error.parts.code === 'file_invalid') {
      throw new Failure({ ...error.parts, exitCode: exitCodes.failed })
    }
    throw error
  }
}

async function read(names: readonly string[], terminal: Terminal): Promise<Files> {
  const entries: Entry[] = []
  const owns = new Set<Ownable>()
  for (const name of names) {
    const path = resolve(terminal.cwd, name)
    const folder = name === '-' ? terminal.cwd : dirname(path)
    const text = name === '-' ? await terminal.stdin() : readFileSync(path, 'utf8')
    const file = readYaml(text, name === '-' ? 'stdin' : name)
    const parsed = IdentityFile.safeParse(file.value ?? {})
    if (!parsed.success) throw flawed(file, flawsOf(IdentityFile, parsed.error))
    refuseTwoSources(file, parsed.data)
    const schemaText = (schema: string, at: Path) => {
      try {
        return readFileSync(resolve(folder, schema), 'utf8')
      } catch {
        throw flawed(file, [{ path: at, message: `${resolve(folder, schema)} cannot be read` }])
      }
    }
    entries.push(...saidBy(parsed.data, schemaText).map((said) => ({ ...said, file, folder })))
    for (const kind of parsed.data.owns ?? []) owns.add(kind)
  }
  const [again] = twice(entries)
  if (again !== undefined) {
    throw flawed(again.file, [{ path: again.path, message: `${nameOf(again.thing)} is in two files` }])
  }
  const inline = entries.filter(({ secret }) => secret?.from === 'inline')
  const warnings = inline.map(
    ({ thing, file }) =>
      `${file.name} holds the secret of ${nameOf(thing)} itself: use secretFile or secretEnv, and keep it out of version control.`,
  )
  return { entries, owns, warnings }
}

/** One of several members that say the same. */
function refuseTwoSources(file: YamlFile, { applications = {}, connections = {} }: IdentityFile): void {
  const flaws = [
    ...Object.entries(applications)
      .filter(([, { schema, schemaFile }]) => schema !== undefined && schemaFile !== undefined)
      .map(([id]) => ({ path: ['applications', id, 'schemaFile'], message: 'schema or schemaFile, not both' })),
    ...Object.entries(connections).flatMap(([id, { secret, secretFile, secretEnv, tenant, issuer, preset }]) => {
      const path = ['connections', id]
      const sources = [secret, secretFile, secretEnv].filter((each) => each !== undefined).length
      return [
        ...(sources > 1 ? [{ path, message: 'one of secretFile, secretEnv and secret' }] : []),
        ...(tenant !== undefined && (issuer !== undefined || preset !== 'microsoft')
          ? [{ path: [...path, 'tenant'], message: 'goes with preset: microsoft, and in place of issuer' }]
          : []),
      ]
    }),
  ]
  if (flaws.length > 0) throw flawed(file, flaws)
}
