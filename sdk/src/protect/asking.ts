import type { IncomingMessage } from 'node:http'
import { HOLDFAST_IDENTITY_HEADER } from '@holdfast/bundle'
import type { Caller, Origin } from '../edge/guard/index.ts'
import { internalsOf } from '../holdfast.ts'
import type { ProtectOptions } from './options.ts'

/** Who sends a request, as far as protection must know. */
export interface Asking {
  /** Where it came from by the gateway's word; null: it did not verifiably come through one. */
  readonly behind: Origin | null
  /** The gateway's id of the request. */
  readonly requestId: string | null
  readonly caller: Caller | null
}

const NOBODY: Asking = { behind: null, requestId: null, caller: null }

/**
 * Asked only where something hangs on it: a gateway's identity, a limit for each account. What comes of it is remembered for `holdfast()`,
 * which refuses what does not hold: here it is nobody's.
 */
export async function whoAsks(
  { holdfast }: ProtectOptions,
  request: IncomingMessage,
  accounts: boolean,
): Promise<Asking> {
  if (holdfast === undefined) return NOBODY
  const { early } = internalsOf(holdfast)
  const identity = HOLDFAST_IDENTITY_HEADER in request.headers
  if (!identity && !accounts) return NOBODY
  const { principal, info } = await early(request)
  const { client = null } = principal ?? {}
  const caller = principal === null ? null : { principal: { type: principal.type, id: principal.id }, client }
  if (info === null) return { ...NOBODY, caller }
  const scheme = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'
  return { behind: { address: info.source.address ?? '', scheme }, requestId: info.requestId, caller }
}
