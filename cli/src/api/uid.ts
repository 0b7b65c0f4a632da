import { usage } from '../failure.ts'
import type { Api } from './client.ts'
import { findPerson } from './find.ts'
import type { Uid } from './types.ts'

/**
 * Reads a Cedar uid as people type it in a shell: `Review::"7"`, or `Review::7` where the quotes were eaten.
 * @throws Failure of usage
 */
export function parseUid(text: string): Uid {
  const at = text.indexOf('::"') >= 0 ? text.indexOf('::"') : text.lastIndexOf('::')
  const type = text.slice(0, Math.max(at, 0))
  const id = text.slice(at + 2)
  if (!/^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*$/.test(type) || id === '') {
    throw usage(`"${text}" names no entity.`, `Write it like 'Review::"7"', in single quotes for the shell.`)
  }
  return { type, id: unquoted(id, text) }
}

/** A principal may also be a person's e-mail address. */
export async function findPrincipal(api: Api, text: string): Promise<Uid> {
  if (!text.includes('::') && text.includes('@')) return { type: 'Person', id: (await findPerson(api, text)).id }
  return parseUid(text)
}

/** `Action::"buy"` or just `buy`. */
export function parseAction(text: string): string {
  return text.includes('::') ? parseUid(text).id : text
}

function unquoted(id: string, whole: string): string {
  if (!id.startsWith('"')) return id
  try {
    const parsed: unknown = JSON.parse(id)
    if (typeof parsed === 'string') return parsed
  } catch {
    // told below
  }
  throw usage(`The quotes in "${whole}" do not match.`)
}
