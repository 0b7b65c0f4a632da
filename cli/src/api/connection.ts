import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, usage } from '../failure.ts'
import { keptLogin } from '../login/kept.ts'
import { tokenOf } from '../login/tokens.ts'
import type { Terminal } from '../terminal.ts'

export interface ConnectionOptions {
  readonly url?: string
  readonly tokenFile?: string
  readonly data?: string
}

export interface Connection {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string | undefined
  /** in place of a token: that of whoever is signed in by "holdfast login", renewed where it is about to end */
  readonly renewed?: () => Promise<string>
  /** of a person who is signed in, in place of a token */
  readonly session?: string
}

const defaultUrl = 'http://localhost:7400'

export function dataDirectory(options: ConnectionOptions, { env, cwd }: Terminal): string {
  return resolve(cwd, options.data ?? env['HOLDFAST_DATA'] ?? 'data')
}

/**
 * Where the control plane is and with what token: flags before the environment before whoever is signed in before the data directory's
 * bootstrap.json. A token never comes as an argument: every user of the machine could read it there.
 */
export function connection(options: ConnectionOptions, terminal: Terminal): Connection {
  const named = options.url ?? terminal.env['HOLDFAST_URL'] ?? bootstrapUrl(options, terminal) ?? defaultUrl
  const url = checked(named)
  const given = givenToken(options, terminal)
  const login = given === undefined ? keptLogin(terminal, url) : undefined
  if (login !== undefined) return { url, token: undefined, renewed: () => tokenOf(terminal, url, login) }
  return { url, token: given ?? bootstrapToken(options, terminal) }
}

/** Where the control plane of the data directory is: its bootstrap token must not go to another one. */
function bootstrapUrl(options: ConnectionOptions, terminal: Terminal): string | undefined {
  try {
    const setup = json(readFileSync(bootstrapFile(options, terminal), 'utf8'))?.['setupUrl']
    return typeof setup === 'string' ? new URL(setup).origin : undefined
  } catch {
    return undefined
  }
}

function bootstrapFile(options: ConnectionOptions, terminal: Terminal): string {
  return join(dataDirectory(options, terminal), 'bootstrap.json')
}

function checked(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw usage(`"${text}" is no http or https address.`, `Write it like ${defaultUrl}.`)
  }
  return url.href.replace(/\/+$/, '')
}

function givenToken(options: ConnectionOptions, terminal: Terminal): string | undefined {
  if (options.tokenFile !== undefined) return fromFile(resolve(terminal.cwd, options.tokenFile))
  const given = terminal.env['HOLDFAST_TOKEN']
  return given === '' ? undefined : given
}

function bootstrapToken(options: ConnectionOptions, terminal: Terminal): string | undefined {
  const bootstrap = bootstrapFile(options, terminal)
  return exists(bootstrap) ? fromFile(bootstrap) : undefined
}

/** The bare token, or a JSON file with one: bootstrap.json, or the credentials of a service. */
function fromFile(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new Failure({
      code: 'token_unreadable',
      detail: `The token in ${path} cannot be read.`,
      mend: 'It belongs to whoever started Holdfast; run this as that user, or give HOLDFAST_TOKEN.',
      cause,
    })
  }
  if (!text.startsWith('{')) return text
  const parsed = json(text)
  if (typeof parsed?.['token'] === 'string') return parsed['token']
  throw new Failure({ code: 'token_unreadable', detail: `${path} holds no "token".` })
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
