import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { usage } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

export interface PasswordOptions {
  readonly passwordFile?: string
  readonly passwordStdin?: boolean
}

/**
 * A password from a file, from stdin, or typed twice; never from an argument, which every user of the machine can read.
 * @returns undefined when nobody can be asked
 */
export async function readPassword(options: PasswordOptions, terminal: Terminal): Promise<string | undefined> {
  const given = await givenPassword(options, terminal)
  if (given !== undefined || !terminal.interactive) return given
  const password = await terminal.secret('Password: ')
  if (password !== (await terminal.secret('Once more: '))) throw usage('The two passwords differ.')
  return password
}

/** A password that is known already, from the same places or typed once. */
export async function readKnownPassword(options: PasswordOptions, terminal: Terminal): Promise<string> {
  const given = await givenPassword(options, terminal)
  if (given !== undefined) return given
  if (!terminal.interactive)
    throw usage('Nobody can be asked for the password.', 'Name --password-file or --password-stdin.')
  return terminal.secret('Password: ')
}

async function givenPassword(options: PasswordOptions, terminal: Terminal): Promise<string | undefined> {
  if (options.passwordFile !== undefined) {
    return firstLine(readFileSync(resolve(terminal.cwd, options.passwordFile), 'utf8'))
  }
  return options.passwordStdin === true ? firstLine(await terminal.stdin()) : undefined
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1)
  if (line === '') throw usage('The password is empty.')
  return line
}
