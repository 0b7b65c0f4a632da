import type { Read } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import { fieldsOf, type SignInTarget } from '../flow/target.ts'
import type { OfferedConnection } from '../pages/sign-in-page.ts'
import { domainOf } from './rules.ts'
import type { Connection } from './settings.ts'
import { selectConnections } from './store/connections.ts'

const enabled = async (tx: Reading) => (await selectConnections(tx)).filter((connection) => connection.enabled)

/**
 * The connections that the sign-in page offers: those with a button, and those whose domain was typed or hinted at. It
 * depends on the domain and on nothing else: whether there is such an account, nobody learns.
 * @param username what was typed into the form, or hinted by the application
 */
export async function connectionsFor(
  read: Read,
  target: SignInTarget,
  username: string,
): Promise<readonly OfferedConnection[]> {
  const domain = domainOf(username)
  const found = await read(enabled)
  const owns = ({ settings }: Connection) => domain !== null && settings.domains.includes(domain)
  return found
    .filter((connection) => owns(connection) || connection.settings.button)
    .toSorted((a, b) => Number(owns(b)) - Number(owns(a)))
    .map((connection) => ({
      name: connection.name,
      href: hrefOf(connection.id, { ...fieldsOf(target), ...(owns(connection) && { login_hint: username }) }),
    }))
}

/** For whoever accepts an invitation. */
export async function connectionsToJoin(read: Read, token: string): Promise<readonly OfferedConnection[]> {
  const found = await read(enabled)
  return found.map(({ id, name }) => ({ name, href: hrefOf(id, { invitation: token }) }))
}

function hrefOf(id: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString()
  return query === '' ? `/sign-in/with/${id}` : `/sign-in/with/${id}?${query}`
}
