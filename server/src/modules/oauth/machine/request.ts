import type { IncomingMessage } from 'node:http'
import { scopeProblem } from '../clients/index.ts'

/** A request for a token that a program asks for itself, of which nothing is open to two readings. */
export interface MachineRequest {
  readonly client: string
  readonly secret: string
  readonly scope: string | undefined
  readonly resource: string | undefined
}

/** Each changes what is asked, or who asks; the library knows how. */
const telling = ['cookie', 'dpop', 'oauth-client-attestation', 'oauth-client-attestation-pop', 'origin'] as const

const form = /^application\/x-www-form-urlencoded(?: *; *charset=utf-8)?$/i
const names: ReadonlySet<string> = new Set(['grant_type', 'scope', 'resource', 'client_id', 'client_secret'])
/** RFC 6749, appendix A.4. */
const scopes = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/
/** What ids and secrets of ours are made of. */
const word = /^[A-Za-z0-9._~-]{1,128}$/
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const ascii = /^[\x21-\x7e]*$/

/**
 * Reads a client's request for a token of its own (RFC 6749, section 4.4.2), with its secret as section 2.3.1 has it.
 * @returns undefined for one that is or asks for anything else, or is written in any unusual way: it may be good all the same
 */
export function readMachineRequest(
  { url, headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  body: Buffer,
): MachineRequest | undefined {
  if (url !== '/oauth/token' || telling.some((name) => headers[name] !== undefined)) return undefined
  if (!form.test(headers['content-type'] ?? '')) return undefined
  const fields = readFields(body.toString('latin1'))
  if (fields?.get('grant_type') !== 'client_credentials') return undefined
  const scope = fields.get('scope')
  if (scope !== undefined && (!scopes.test(scope) || scopeProblem(scope) !== undefined)) return undefined
  const shown = shownSecret(headers.authorization, fields)
  return shown && { ...shown, scope, resource: fields.get('resource') }
}

/** @returns undefined where a name is none of these or comes twice, or a value is empty or not plainly encoded */
function readFields(text: string): ReadonlyMap<string, string> | undefined {
  if (!ascii.test(text)) return undefined
  const fields = new Map<string, string>()
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0))
    const value = decoded(pair.slice(at + 1))
    if (!names.has(name) || fields.has(name) || value === undefined || value === '') return undefined
    fields.set(name, value)
  }
  return fields
}

/** One mechanism, and one client (RFC 6749, section 2.3). */
function shownSecret(
  authorization: string | undefined,
  fields: ReadonlyMap<string, string>,
): Pick<MachineRequest, 'client' | 'secret'> | undefined {
  const [id, inForm] = [fields.get('client_id'), fields.get('client_secret')]
  if (authorization !== undefined && inForm !== undefined) return undefined
  const [client, secret] = authorization === undefined ? [id, inForm] : basic(authorization)
  if (client === undefined || secret === undefined || !word.test(client) || !word.test(secret)) return undefined
  return id === undefined || id === client ? { client, secret } : undefined
}

/** Both halves are encoded as a form's values are (RFC 6749, section 2.3.1). */
function basic(authorization: string): [id?: string | undefined, secret?: string | undefined] {
  const encoded = authorization.slice(6)
  if (authorization.slice(0, 6).toLowerCase() !== 'basic ' || !base64.test(encoded)) return []
  const text = Buffer.from(encoded, 'base64').toString('latin1')
  const at = text.indexOf(':')
  return at < 0 ? [] : [decoded(text.slice(0, at)), decoded(text.slice(at + 1))]
}

/** @returns undefined where it cannot be decoded */
function decoded(text: string): string | undefined {
  if (word.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
