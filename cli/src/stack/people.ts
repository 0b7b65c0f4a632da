import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Failure } from '../failure.ts'

/** Who is in the demonstration. The shop knows them by their first names. */
export const cast = [
  { name: 'ada', role: 'admin', groups: ['admins'], shown: true },
  { name: 'ben', role: 'customer', groups: [], shown: true },
  { name: 'mia', role: 'customer', groups: [], shown: true },
  { name: 'sam', role: 'support', groups: ['support'], shown: false },
] as const

export type Name = (typeof cast)[number]['name']

export interface DemoPerson {
  readonly name: Name
  readonly role: (typeof cast)[number]['role']
  readonly groups: readonly string[]
  /** In the table that `start --demo` prints. */
  readonly shown: boolean
  /** Person id at Holdfast. */
  readonly id: string
  readonly email: string
  readonly password: string
}

const Secrets = z.object({
  passwords: z.record(z.string(), z.string()),
  database: z.string(),
  naiveDatabase: z.string(),
})

/** What is random in a demonstration, made once for each data directory: the second start prints the same. */
export type DemoSecrets = z.infer<typeof Secrets>

/** @param path `<data>/demo/credentials.json`, mode 0600 */
export function demoSecrets(path: string): DemoSecrets {
  if (existsSync(path)) return readSecrets(path)
  const secrets: DemoSecrets = {
    passwords: Object.fromEntries(cast.map(({ name }) => [name, password()])),
    database: randomBytes(24).toString('base64url'),
    naiveDatabase: randomBytes(24).toString('base64url'),
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
  return secrets
}

export function email(name: Name): string {
  return `${name}@shop.example`
}

// Letters and digits that nobody takes for one another.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Five groups of four, 99 bits, to be read from a screen: `k3vd-9mwa-...`. */
function password(): string {
  const four = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: 5 }, four).join('-')
}

function readSecrets(path: string): DemoSecrets {
  try {
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new Failure({
      code: 'demo_damaged',
      detail: `${path} cannot be read.`,
      mend: 'Restore it, or begin anew with another --data directory.',
      cause,
    })
  }
}
