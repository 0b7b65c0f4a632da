import { hashSecret } from '../../../platform/random.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninColumns } from '../store/columns.ts'
import { nameSuccessor, type PresentedSession, takeSuccessor } from '../store/tokens.ts'
import { privilegesOf } from './demand.ts'
import { type Lifetime, sessionCookie } from './lifetime.ts'

interface RotateDeps {
  readonly database: Database
  readonly lifetime: Lifetime
  readonly columns: Pick<SigninColumns, 'index'>
  readonly config: { readonly sessions: { readonly overlapSeconds: number } }
}

/**
 * The token that follows another: a keyed hash of it, so that whoever shows the one at the moment of the change is given
 * the same other, whichever replica answers and however many ask at once. Nobody who has the database alone can tell it.
 */
async function successorOf(tx: Reading, columns: Pick<SigninColumns, 'index'>, token: string): Promise<string> {
  return `hfs_${(await columns.index(tx))('sessions.successor', token).toString('base64url')}`
}

/**
 * Replaces the token of a session where it is due: after some time, and when its person came into other groups or left
 * some. Until the browser has shown that it has the new one, the old one holds: an answer that is lost on its way signs
 * nobody out.
 * @returns the cookie to send, when there is one to send
 */
export async function rotate(
  { database, lifetime, columns, config }: RotateDeps,
  session: PresentedSession,
  { token, groups, now }: { readonly token: string; readonly groups: readonly string[]; readonly now: Date },
): Promise<string | undefined> {
  const privileges = privilegesOf(groups)
  if (session.shown === 'next') {
    const { overlapSeconds } = config.sessions
    const taken = await database.asTenant(session.tenant, (tx) =>
      takeSuccessor(tx, { id: session.id, next: hashSecret(token), privileges, now, overlapSeconds }),
    )
    if (taken) lifetime.counters.replaced += 1
  }
  if (session.shown !== 'current') return undefined
  const due = lifetime.isToRotate(session, now) || session.privileges?.equals(privileges) !== true
  if (!due && session.nextHash === null) return undefined
  return database.asTenant(session.tenant, async (tx) => {
    const successor = await successorOf(tx, columns, token)
    await nameSuccessor(tx, { id: session.id, current: hashSecret(token), next: hashSecret(successor) })
    return sessionCookie(successor)
  })
}
