import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, usage } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** The shares in files and on standard input: one a line, and what is no share, as a heading, is left out. */
export async function sharesFrom(
  terminal: Terminal,
  { files = [], stdin = false }: { readonly files?: readonly string[]; readonly stdin?: boolean },
): Promise<readonly string[]> {
  const texts = files.map((file) => readFileSync(resolve(terminal.cwd, file), 'utf8'))
  if (stdin) texts.push(await terminal.stdin())
  const shares = texts.flatMap((text) => text.match(/hfu_\S+/gi) ?? [])
  if (texts.length > 0 && shares.length === 0) {
    throw new Failure({
      code: 'no_share',
      detail: 'There is no share in what was given.',
      mend: 'One begins with hfu_.',
    })
  }
  return shares
}

/** A passphrase from a file, from standard input, or typed unseen; never an argument, which every user of the machine sees. */
export async function passphraseFrom(
  terminal: Terminal,
  {
    file,
    stdin = false,
    question,
  }: { readonly file?: string | undefined; readonly stdin?: boolean; readonly question: string },
): Promise<string> {
  if (file !== undefined) return readFileSync(resolve(terminal.cwd, file), 'utf8').trim()
  if (stdin) return (await terminal.stdin()).trim()
  if (!terminal.interactive) {
    throw usage('A passphrase is needed, and nobody is here to type it.', 'Give --passphrase-file FILE, or --stdin.')
  }
  return terminal.secret(question)
}
