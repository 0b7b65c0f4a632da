import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { DirectoryDeps, PasswordAbout, PreparedPassword } from '../../directory/index.ts'
import { isAtLeast } from '../../../platform/assurance.ts'
import { endLinks } from '../recovery/store.ts'
import { demandedOf } from '../sessions/demand.ts'
import { passwordHolders, putPassword } from '../store/passwords.ts'
import { clearChangeDue } from '../store/tokens.ts'
import type { SigninDeps } from '../types.ts'
import { policyErrors } from '../policy/errors.ts'
import { passwordErrors } from './errors.ts'
import type { HashProblem } from './forms/form.ts'
import { readHash } from './forms/forms.ts'
import type { PasswordTools } from './parts.ts'
import { type PasswordContext, weakness, weaknessTexts } from './weakness.ts'

type Tools = SigninDeps & Pick<PasswordTools, 'hasher' | 'columns' | 'breach'>

/** The directory's port: passwords of people, written in the transaction that the directory opened. */
export function createPasswords(deps: Tools): DirectoryDeps['passwords'] {
  return {
    prepare: (password, about) => preparePassword(deps, password, about),
    imported: (text) => importedPassword(text),
    async store(tx, personId, prepared) {
      await putPassword(tx, deps.columns, { personId, password: prepared, now: deps.clock.now() })
      await clearChangeDue(tx, personId)
      // Whoever was in the account before may have asked for a link, which would let them in again.
      await endLinks(tx, personId, ['recovery', 'email-change'])
      const resource = { type: 'Person', id: personId }
      await tx.record({ kind: 'password.set', resource, ...(prepared.imported && { reason: 'imported' }) })
    },
    holders: (tx, personIds) => passwordHolders(tx, personIds),
  }
}

/**
 * Slow: before the transaction, never inside.
 * @returns the hash; `password_weak` with the reason, or `signin_busy`
 */
async function preparePassword(
  deps: Tools,
  password: string,
  about: PasswordAbout,
): Promise<Outcome<PreparedPassword>> {
  const { context, shortest, passwords } = await circumstances(deps, about)
  if (!passwords) return refuse(policyErrors.passwords_off)
  const normal = password.normalize('NFKC')
  const known = weakness(normal, context, shortest)
  // Last, since only then it is of a size to look at.
  const weak = known ?? ((await deps.breach.has(password)) ? 'breached' : undefined)
  if (weak !== undefined) {
    const reason = weak === 'too_short' ? `it has fewer than ${shortest} characters` : weaknessTexts[weak]
    return refuse(passwordErrors.password_weak, { reason }, { reason: weak })
  }
  const hash = await deps.hasher.hash(password)
  const sufficesAlone = Array.from(normal).length >= deps.config.passwordLength
  const temporary = about.first !== undefined && (about.first.temporary ?? deps.config.passwords.temporary)
  return hash.ok ? ok({ hash: hash.value, imported: false, sufficesAlone, temporary }) : hash
}

/** What an attacker knows, and how long a password must be that is, or is not, the only factor. */
async function circumstances(
  deps: Tools,
  { tenant, email, name, person }: PasswordAbout,
): Promise<{ readonly context: PasswordContext; readonly shortest: number; readonly passwords: boolean }> {
  const { config, installation } = deps
  const { applications, demanded, passwords } = await deps.database.asTenant(
    tenant,
    async (tx) => ({
      applications: await deps.applications.names(tx),
      passwords: (await deps.policies.of(tx)).passwords,
      demanded: person === undefined ? 'aal1' : await demandedOf(tx, deps, person),
    }),
    'read',
  )
  const words = [installation.name, ...config.passwords.contextWords, ...applications]
  const shortest = isAtLeast(demanded, 'aal2') ? config.passwords.lengthWithSecondFactor : config.passwordLength
  return { context: { email, name, words }, shortest, passwords }
}

const hashProblems: Readonly<Record<HashProblem, string>> = {
  unknown: 'its algorithm is not known, or is none for passwords',
  malformed: 'it is not written as its algorithm writes hashes',
  too_costly: 'comparing with it would take more than about a second, or 256 MiB',
}

function importedPassword(text: string): Outcome<PreparedPassword> {
  const hash = readHash(text)
  if (typeof hash === 'string') {
    return refuse(passwordErrors.password_hash_refused, { reason: hashProblems[hash] }, { reason: hash })
  }
  return ok({ hash: hash.text, imported: true, sufficesAlone: null })
}
