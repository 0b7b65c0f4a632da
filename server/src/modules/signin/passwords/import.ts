import { z } from 'zod'
import { JsonProblem, parseStrictJson } from '../../../platform/http/strict-json.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { Email, Name, type PreparedPassword } from '../../directory/index.ts'
import { addPassword, passwordHolders } from '../store/passwords.ts'
import { passwordErrors } from './errors.ts'
import type { HashProblem } from './forms/form.ts'
import { readHash } from './forms/forms.ts'
import type { PasswordTools } from './parts.ts'

/** People of one request. */
const mostImported = 1000

const Line = z
  .strictObject({
    id: z.uuid().optional(),
    email: Email.optional(),
    name: Name.optional(),
    passwordHash: z.string().max(2048),
  })
  .refine(({ id, email }) => (id === undefined) !== (email === undefined), 'either id or email')

type Line = z.output<typeof Line>

export const Imported = z.object({
  /** people who have a password now and had none, those that were added included */
  imported: z.int(),
  added: z.int(),
  /** what was left alone, by its place in the request, from 1 */
  left: z.array(z.object({ line: z.int(), reason: z.string() })),
})

/**
 * Reads what was sent: one JSON object a line, or `{"people": [...]}`.
 * @returns `import_malformed` naming the line, `import_too_long`
 */
export function readImport(media: string, content: Uint8Array): Outcome<readonly Line[]> {
  const text = Buffer.from(content).toString('utf8')
  const texts = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, at: at + 1 }]))
  if (media === 'application/json') {
    const whole = parsed(text)
    if (!whole.ok) return malformed(1, whole.problem)
    const people = z.strictObject({ people: z.array(z.unknown()) }).safeParse(whole.value)
    return people.success ? check(people.data.people, (at) => at + 1) : malformed(1, 'not {"people": [...]}')
  }
  const values: unknown[] = []
  for (const { line, at } of texts) {
    const one = parsed(line)
    if (!one.ok) return malformed(at, one.problem)
    values.push(one.value)
  }
  return check(values, (place) => texts[place]?.at ?? 0)
}

function parsed(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; problem: string } {
  try {
    return { ok: true, value: parseStrictJson(text) }
  } catch (error) {
    if (error instanceof JsonProblem) return { ok: false, problem: error.message }
    throw error
  }
}

function check(values: readonly unknown[], lineOf: (place: number) => number): Outcome<readonly Line[]> {
  if (values.length > mostImported) return refuse(passwordErrors.import_too_long, { most: mostImported })
  const lines: Line[] = []
  for (const [place, value] of values.entries()) {
    const read = Line.safeParse(value)
    // What zod says names members, never their values, which are secrets.
    if (!read.success) return malformed(lineOf(place), read.error.issues[0]?.message ?? 'not understood')
    lines.push(read.data)
  }
  return ok(lines)
}

function malformed(line: number, problem: string) {
  return refuse(passwordErrors.import_malformed, { line, problem })
}

interface Ready {
  readonly line: number
  readonly person: string | undefined
  readonly email: string | undefined
  readonly name: string | undefined
  readonly password: PreparedPassword
}

type LeftAlone = HashProblem | 'has_password' | 'person_unknown' | 'forbidden' | 'email_taken'

/**
 * Gives people the passwords that they had elsewhere. Nobody's password is replaced: whoever may import could take over
 * accounts otherwise. Somebody whom nobody knows is added where a name is given. About each person who is there it is asked
 * whether the caller may set their password.
 */
export async function importPasswords(
  {
    work,
    read,
    caller,
    now,
  }: { readonly work: Work; readonly read: Read; readonly caller: Caller; readonly now: Date },
  deps: PasswordTools,
  lines: readonly Line[],
): Promise<Outcome<z.input<typeof Imported>>> {
  const left: { line: number; reason: LeftAlone }[] = []
  const ready: Ready[] = []
  const mayAdd = await deps.decide(caller, 'createPerson', { type: 'Installation', id: 'installation' })
  for (const found of await findPeople(read, deps, lines)) {
    const problem = await problemOf(deps, caller, found, mayAdd.allowed)
    if (problem === undefined) ready.push(found as Ready)
    else left.push({ line: found.line, reason: problem })
  }
  return work(async (tx) => {
    const ids = await addMissing(tx, deps, ready)
    let added = 0
    let imported = 0
    for (const { line, person, password } of ready) {
      const id = ids.get(line)
      const given = id !== undefined && (await addPassword(tx, deps.columns, { personId: id, password, now }))
      if (!given) {
        left.push({ line, reason: id === undefined ? 'email_taken' : 'has_password' })
        continue
      }
      await tx.record({ kind: 'password.set', resource: { type: 'Person', id }, reason: 'imported' })
      imported += 1
      if (person === undefined) added += 1
    }
    await tx.record({
      kind: 'passwords.imported',
      resource: { type: 'Installation', id: 'installation' },
      data: { imported, added, left: left.length },
    })
    return ok({ imported, added, left: left.toSorted((a, b) => a.line - b.line) })
  })
}

interface Found extends Omit<Ready, 'password'> {
  readonly password: PreparedPassword | HashProblem
  readonly hasPassword: boolean
}

function findPeople(read: Read, deps: PasswordTools, lines: readonly Line[]): Promise<Found[]> {
  return read(async (tx) => {
    const found: Omit<Found, 'hasPassword'>[] = []
    for (const [place, { id, email, name, passwordHash }] of lines.entries()) {
      const account =
        id === undefined ? await deps.directory.personByEmail(tx, email ?? '') : await deps.directory.person(tx, id)
      const hash = readHash(passwordHash)
      const password = typeof hash === 'string' ? hash : { hash: hash.text, imported: true, sufficesAlone: null }
      found.push({ line: place + 1, person: account?.id, email, name, password })
    }
    const holders = await passwordHolders(
      tx,
      found.flatMap(({ person }) => person ?? []),
    )
    return found.map((one) => ({ ...one, hasPassword: one.person !== undefined && holders.has(one.person) }))
  })
}

async function problemOf(
  deps: PasswordTools,
  caller: Caller,
  found: Found,
  mayAdd: boolean,
): Promise<LeftAlone | undefined> {
  const { person, email, name, password, hasPassword } = found
  if (typeof password === 'string') return password
  if (hasPassword) return 'has_password'
  if (person === undefined && (email === undefined || name === undefined)) return 'person_unknown'
  if (person === undefined) return mayAdd ? undefined : 'forbidden'
  const { allowed } = await deps.decide(caller, 'setPassword', { type: 'Person', id: person })
  return allowed ? undefined : 'forbidden'
}

/** Those who are there, and those who are added. @returns the person's id, or why there is none */
async function addMissing(
  tx: Tx,
  deps: PasswordTools,
  ready: readonly Ready[],
): Promise<ReadonlyMap<number, string | undefined>> {
  const missing = ready.filter(({ person }) => person === undefined)
  const accounts = missing.map(({ email = '', name = '' }) => ({ email, name, groups: [] }))
  const added = await deps.directory.addAccounts(tx, accounts)
  const ids = new Map(ready.map(({ line, person }) => [line, person]))
  added.forEach((outcome, place) => ids.set(missing[place]?.line ?? 0, outcome.ok ? outcome.value.id : undefined))
  return ids
}
