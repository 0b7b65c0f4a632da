import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Credentials, CREDENTIALS_PATH } from '@holdfast/bundle'

/** The credentials cannot be used; the message says which file and what to do. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
}

/**
 * The edge's credentials: those given, or the file named, or HOLDFAST_CREDENTIALS, or `.holdfast/credentials.json` below the working
 * directory. Read once, at the start.
 * @throws CredentialsError
 */
export function loadCredentials(source: string | Credentials | undefined, env: NodeJS.ProcessEnv): Credentials {
  if (typeof source === 'object') return check(source, 'The credentials given')
  const path = resolve(source ?? env['HOLDFAST_CREDENTIALS'] ?? CREDENTIALS_PATH)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const hint = 'Run `holdfast init` in the project, or set HOLDFAST_CREDENTIALS to the file.'
    throw new CredentialsError(`The credentials file ${path} cannot be read. ${hint}`, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Without the cause: its message quotes the file, which holds a secret.
    throw new CredentialsError(`The credentials file ${path} is not JSON.`)
  }
  return check(value, `The credentials file ${path}`)
}

function check(value: unknown, what: string): Credentials {
  const parsed = Credentials.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CredentialsError(`${what} is not right: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? ''}.`)
}
