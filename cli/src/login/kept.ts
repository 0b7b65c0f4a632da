import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** What a sign-in by the browser left: tokens of its person, which end with the sign-in. */
export interface Login {
  readonly client: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string
  readonly access: string
  readonly refresh: string | null
  /** milliseconds since 1970 */
  readonly expiresAt: number
}

type Logins = Readonly<Record<string, Login>>

/** Below the user's own configuration: `$XDG_CONFIG_HOME/holdfast/logins.json`. @returns undefined where nobody has a home */
function fileOf({ env }: Pick<Terminal, 'env'>): string | undefined {
  const { XDG_CONFIG_HOME: own, HOME: home, APPDATA: roaming } = env
  const folder = own ?? roaming ?? (home === undefined ? undefined : join(home, '.config'))
  return folder === undefined || folder === '' ? undefined : join(folder, 'holdfast', 'logins.json')
}

/** @param url of the control plane, without a slash at its end */
export function keptLogin(terminal: Pick<Terminal, 'env'>, url: string): Login | undefined {
  return all(fileOf(terminal))[url]
}

/** Keeps it for its owner's eyes only, whole or not at all. @param login undefined forgets it */
export function keepLogin(terminal: Pick<Terminal, 'env'>, url: string, login: Login | undefined): void {
  const file = fileOf(terminal)
  if (file === undefined) {
    throw new Failure({
      code: 'no_home',
      detail: 'There is nowhere to keep the sign-in.',
      mend: 'Set HOME or XDG_CONFIG_HOME.',
    })
  }
  const { [url]: _, ...others } = all(file)
  const kept = login === undefined ? others : { ...others, [url]: login }
  if (Object.keys(kept).length === 0) return rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(draft, 0o600)
  renameSync(draft, file)
}

function all(file: string | undefined): Logins {
  if (file === undefined) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Logins
  } catch {
    return {}
  }
}
