import { addSeconds } from '../../../../platform/clock.ts'
import { consume } from '../../../../platform/once.ts'
import type { Random } from '../../../../platform/random.ts'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { SigninColumns } from '../../store/columns.ts'
import type { MfaTools } from '../parts.ts'
import { forgetMailedCodesOf, insertMailedCode } from './store.ts'

/** How long a code that was sent holds. */
const minutes = 10
const digits = 8

interface Asked {
  readonly session: string
  readonly person: string
  readonly now: Date
}

/** Sends a code to the person's address, for this session alone; one that was sent before holds no more. */
export async function sendCode(tx: Tx, deps: MfaTools, { session, person, now }: Asked): Promise<void> {
  const code = newCode(deps.random)
  await forgetMailedCodesOf(tx, session)
  const expiresAt = addSeconds(now, minutes * 60)
  await insertMailedCode(tx, { key: await keyOf(tx, deps.columns, session, code), session, expiresAt })
  await deps.mail.send(tx, { to: { person }, template: 'sign-in-code', values: { code, minutes }, expiresAt })
  await tx.record({
    kind: 'sign_in_code.sent',
    actor: { type: 'Person', id: person },
    resource: { type: 'Person', id: person },
  })
}

/** @returns whether this is the code that was sent for the session, and this its first use */
export async function useMailedCode(
  tx: Tx,
  { columns }: Pick<MfaTools, 'columns'>,
  { session, code, now }: { readonly session: string; readonly code: string; readonly now: Date },
): Promise<boolean> {
  const where = { code_key: await keyOf(tx, columns, session, code) }
  return (await consume(tx, { table: 'mailed_codes', where, returning: ['session_id'], now })) !== null
}

/** Keyed: of eight digits the plain hash would give the code away. */
async function keyOf(tx: Reading, { index }: Pick<SigninColumns, 'index'>, session: string, code: string) {
  return (await index(tx))('mailed_codes.code_key', `${session} ${code}`)
}

/** Each of the codes as likely as any other: numbers past the last whole range are thrown away. */
function newCode(random: Random): string {
  const range = 10 ** digits
  for (;;) {
    const number = Buffer.from(random.bytes(4)).readUInt32BE()
    if (number < Math.floor(2 ** 32 / range) * range) return String(number % range).padStart(digits, '0')
  }
}
