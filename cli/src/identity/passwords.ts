import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Api } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { source } from '../commands/source.ts'
import { exitCodes, Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { type FileFormat, fileFormats, type ImportedPerson, readPeople } from './password-files.ts'

/** People in one request. */
const batch = 100

interface Imported {
  readonly imported: number
  readonly added: number
  readonly left: readonly { readonly line: number; readonly reason: string }[]
}

interface ImportOptions {
  readonly format: FileFormat
  readonly firebaseParameters?: string
  readonly add?: boolean
}

interface BuildOptions {
  readonly falsePositiveBits: number
  readonly atLeast: number
}

export function passwordsCommand(open: Open): Command {
  const passwords = new Command('passwords').description('bring password hashes along, take them away, breach filters')
  passwords
    .command('import')
    .description('take over the hashes of another system: holdfast identity passwords import users.jsonl --add')
    .argument('<file>', 'a JSON object a line with email (or id), name and passwordHash; - for stdin')
    .addOption(new Option('--format <format>', 'what wrote the file').choices(fileFormats).default('lines'))
    .option('--firebase-parameters <file>', 'the password hash parameters of the Firebase project')
    .option('--add', 'add people whom nobody knows yet; else they are left out')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { api, show, end, terminal } = open(command)
      const { firebaseParameters: parameters } = options
      const said = parameters === undefined ? undefined : await source(terminal, parameters)
      const { people, without } = readPeople(await source(terminal, file), options.format, said)
      const done = await importAll(
        api,
        people.map((person) => wanted(person, options.add === true)),
      )
      show({ ...done, without }, () => told(done, without))
      // Who has a password keeps it: so that a file may be imported again.
      end(done.left.some(({ reason }) => reason !== 'has_password') ? exitCodes.failed : exitCodes.ok)
    })

  passwords
    .command('export')
    .description('write all password hashes into a file, as PHC strings: nobody is locked in')
    .requiredOption('--out <file>', 'a new file, which only you may read')
    .option('--yes', 'do not ask')
    .action(async ({ out, yes }: { out: string; yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      terminal.error('Whoever has the hashes can guess at the passwords. The export is recorded.\n')
      await agreed(terminal, 'Export them?', yes)
      const people = await exportAll(api, resolve(terminal.cwd, out))
      show({ people, file: out }, () => `${count(people, 'person', 'people')} written to ${out}.\n`)
    })

  passwords
    .command('build-filter')
    .description(
      'make a breach filter of SHA-1 hashes, as of Have I Been Pwned: ... build-filter pwned.txt pwned.filter',
    )
    .argument('<in>', 'HASH or HASH:COUNT a line, in order')
    .argument('<out>', 'for the setting signin.passwords.breachFilter')
    .option('--at-least <times>', 'leave out what was seen less often', whole(1, 1e12), 1)
    .option('--false-positive-bits <bits>', 'one of 2^bits unknown passwords is taken for known', whole(4, 30), 20)
    .action(async (input: string, output: string, options: BuildOptions, command: Command) => {
      const { show, terminal } = open(command)
      const { BreachFileError, buildBreachFilter } = await import('@holdfast/server/main')
      const built = await buildBreachFilter(resolve(terminal.cwd, input), resolve(terminal.cwd, output), options).catch(
        (error: unknown) => {
          if (!(error instanceof BreachFileError)) throw error
          throw new Failure({ code: 'breach_file', detail: error.message, cause: error })
        },
      )
      show(built, () => {
        const one = built.falsePositives === 0 ? 'none' : `one of ${Math.round(1 / built.falsePositives)}`
        const size = (built.bytes / 1024 / 1024).toFixed(1)
        return `${count(built.passwords, 'password')} in ${size} MiB; of passwords that are not among them ${one} is refused.\n`
      })
    })
  return passwords
}

/** Somebody without a name is added under their address. */
function wanted({ name, ...person }: ImportedPerson, add: boolean): ImportedPerson {
  const called = name ?? person.email
  return { ...person, ...(add && called !== undefined && { name: called }) }
}

async function importAll(api: Api, people: readonly ImportedPerson[]): Promise<Imported> {
  let [imported, added] = [0, 0]
  const left: { line: number; reason: string }[] = []
  for (let from = 0; from < people.length; from += batch) {
    const done = await api.post<Imported>('/passwords/import', { people: people.slice(from, from + batch) })
    imported += done.imported
    added += done.added
    left.push(...done.left.map(({ line, reason }) => ({ line: line + from, reason })))
  }
  return { imported, added, left }
}

function told({ imported, added, left }: Imported, without: number): string {
  const lines = left.slice(0, 20).map(({ line, reason }) => `  ${line}: ${reason}\n`)
  const more = left.length > 20 ? `  and ${left.length - 20} more (--json shows all)\n` : ''
  const none = without > 0 ? `${count(without, 'person', 'people')} in the file without a password hash.\n` : ''
  const rest = left.length > 0 ? `Left alone, by place:\n${lines.join('')}${more}` : ''
  return `${count(imported, 'password')} taken over, ${count(added, 'person', 'people')} added.\n${none}${rest}`
}

async function exportAll(api: Api, out: string): Promise<number> {
  const file = createNew(out)
  let written = 0
  try {
    let cursor: string | undefined
    do {
      const page: { items: readonly unknown[]; next: string | null } = await api.post('/passwords/export', {
        ...(cursor !== undefined && { cursor }),
      })
      for (const person of page.items) writeSync(file, `${JSON.stringify(person)}\n`)
      written += page.items.length
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  } finally {
    closeSync(file)
  }
  return written
}

/** A file that only its owner reads. One that is there is never written over. */
function createNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const problem = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
    const mend = problem === 'EEXIST' ? 'It is there already, and may be the only copy: name another file.' : undefined
    throw new Failure({ code: 'cannot_write', detail: `${path} cannot be made: ${problem}.`, mend, cause })
  }
}

function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
  }
}
