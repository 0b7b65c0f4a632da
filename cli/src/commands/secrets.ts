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
  if (options.passwordFile !== undefined) {
    return firstLine(readFileSync(resolve(terminal.cwd, options.passwordFile), 'utf8'))
  }
  if (options.passwordStdin === true) return firstLine(await terminal.stdin())
  if (!terminal.interactive) return undefined
  const password = await terminal.secret('Password: ')
  if (password !== (await terminal.secret('Once more: '))) throw usage('The two passwords differ.')
  return password
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1)
  if (line === '') throw usage('The password is empty.')
  return line
}
