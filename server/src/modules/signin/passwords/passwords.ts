import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { DirectoryDeps, PreparedPassword } from '../../directory/index.ts'
import type { SigninConfig } from '../config.ts'
import { signinErrors } from '../errors.ts'
import type { SigninColumns } from '../store/columns.ts'
import { passwordHolders, putPassword } from '../store/passwords.ts'
import type { Hasher } from './hasher.ts'
import { type PasswordContext, weakness, weaknessTexts } from './weakness.ts'

/** The directory's port: passwords of people, written in the transaction that the directory opened. */
export function createPasswords(deps: {
  readonly hasher: Hasher
  readonly clock: Clock
  readonly config: SigninConfig
  readonly columns: SigninColumns
}): DirectoryDeps['passwords'] {
  return {
    prepare: (password, about) => preparePassword(deps, password, about),
    async store(tx, personId, { hash }) {
      await putPassword(tx, deps.columns, { personId, hash, now: deps.clock.now() })
      await tx.record({ kind: 'password.set', resource: { type: 'Person', id: personId } })
    },
    holders: (tx, personIds) => passwordHolders(tx, personIds),
  }
}

/**
 * Slow: before the transaction, never inside.
 * @returns the hash; `password_weak` with the reason, or `signin_busy`
 */
async function preparePassword(
  { hasher, config }: { readonly hasher: Hasher; readonly config: SigninConfig },
  password: string,
  about: PasswordContext,
): Promise<Outcome<PreparedPassword>> {
  const weak = weakness(password.normalize('NFKC'), about, config.passwordLength)
  if (weak !== undefined) {
    const reason = weak === 'too_short' ? `it has fewer than ${config.passwordLength} characters` : weaknessTexts[weak]
    return refuse(signinErrors.password_weak, { reason }, { reason: weak })
  }
  const hash = await hasher.hash(password)
  return hash.ok ? ok({ hash: hash.value }) : hash
}
