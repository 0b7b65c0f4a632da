import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { refusalOf } from '@holdfast/http-guard/addresses'

export { fixedLookup } from '@holdfast/http-guard/addresses'

/** What may be reached by addresses that operators or clients named, and how names are looked up. */
export interface Outbound {
  /** our own network and machine; link-local and metadata addresses never */
  readonly allowPrivate: boolean
  /** the system's resolver when not said */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

/** A name or address that may not be reached. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly reason: string
  constructor(reason: string) {
    super(`may not be sent to: ${reason}`)
    this.reason = reason
  }
}

/**
 * Resolves a host once, and checks all that it resolves to: a name of which one address lies inside is refused, whichever
 * would be taken. Connect to what comes back, and to nothing else: a second question may get another answer.
 * @param host a name or an address, in brackets or not
 * @throws AddressRefused, or the resolver's error
 */
export async function resolveChecked(host: string, outbound: Outbound): Promise<readonly LookupAddress[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(bare)
  const found = family > 0 ? [{ address: bare, family }] : await (outbound.resolve ?? resolveAll)(bare)
  const reason = refusalOf(found, outbound)
  if (reason !== undefined) throw new AddressRefused(reason)
  return found
}

function resolveAll(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true, verbatim: true })
}
