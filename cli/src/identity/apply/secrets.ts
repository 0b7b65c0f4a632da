import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '../../failure.ts'
import type { Terminal } from '../../terminal.ts'

/** Where the secret comes from that a provider gave. */
export type SecretSource =
  | { readonly from: 'file' | 'env'; readonly name: string }
  | { readonly from: 'inline'; readonly value: string }
  /** a public client */
  | { readonly from: 'none' }

/** A secret that the control plane made; it shows it this once. */
export interface MadeSecret {
  readonly client: string
  readonly secret: string
  /** where it was written; null: shown */
  readonly file: string | null
}

/**
 * @param folder that names of files are relative to
 * @returns the secret, null for none
 * @throws Failure (`secret_missing`)
 */
export function readSecret(source: SecretSource, folder: string, env: Terminal['env']): string | null {
  if (source.from === 'none') return null
  if (source.from === 'inline') return source.value
  if (source.from === 'file') return fromFile(resolve(folder, source.name))
  const value = env[source.name] ?? ''
  if (value === '') throw missing(`The variable ${source.name}, which holds a secret, is not set.`)
  return value
}

function fromFile(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw missing(`${path}, which holds a secret, cannot be read.`, cause)
  }
  if (text === '') throw missing(`${path}, which should hold a secret, is empty.`)
  return text
}

function missing(detail: string, cause?: unknown): Failure {
  return new Failure({ code: 'secret_missing', detail, mend: 'Nothing was done.', cause })
}

/** @throws Failure (`secret_out_exists`): what is in there may be the secret of something that runs */
export function checkSecretOut(path: string): void {
  if (!existsSync(path)) return
  throw new Failure({
    code: 'secret_out_exists',
    detail: `A secret will be made that goes into ${path}, and there is a file already. Nothing was done.`,
    mend: 'Move it away, or name another one as secretOut.',
  })
}

/** For its owner alone. @returns false when it cannot be written: then it must be shown, or it is lost */
export function writeSecretOut(path: string, secret: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    return true
  } catch {
    return false
  }
}
