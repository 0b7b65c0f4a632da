import { letterTo, linkIn } from './mailbox.ts'
import { type PageAnswer, visitor } from './visitor.ts'
import type { WholeServer } from './whole-server.ts'

/** Has somebody mailed a link to choose a password. @returns what takes their choice, until one is good */
export async function passwordLink(
  whole: WholeServer,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<(password: string) => Promise<PageAnswer>> {
  const { status, json } = await whole.call('POST', `/api/v1/people/${id}/password-reset`)
  if (status !== 202) throw new Error(JSON.stringify(json))
  const link = linkIn(await letterTo(whole, email, 'recovery'))
  const token = new URL(link, whole.url).searchParams.get('token') ?? ''
  return (password) => visitor(whole.url).post('/recover/new', { token, password, again: password })
}
