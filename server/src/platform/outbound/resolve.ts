import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { reachOf } from './addresses.ts'

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
  for (const { address } of found) {
    const reach = reachOf(address)
    if (reach === 'never') throw new AddressRefused('it is link-local, reserved or an address of metadata')
    if (reach === 'private' && !outbound.allowPrivate) {
      throw new AddressRefused('it is an address of a private network, and the setting that allows those is not set')
    }
  }
  if (found.length === 0) throw new AddressRefused('the name has no address')
  return found
}

function resolveAll(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true, verbatim: true })
}

/** For `net.connect` and whatever is built on it: a lookup that knows these addresses and asks nobody. */
export function fixedLookup(found: readonly LookupAddress[]): LookupFunction {
  return (_host, { all, family }, callback) => {
    const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : undefined
    const fitting = found.filter((entry) => wanted === undefined || entry.family === wanted)
    const [first] = fitting
    if (first === undefined) callback(new AddressRefused('no address of the family'), '', 0)
    else if (all === true) callback(null, fitting)
    else callback(null, first.address, first.family)
  }
}
