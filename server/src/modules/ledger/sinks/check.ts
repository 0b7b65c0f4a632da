import { createSecureContext } from 'node:tls'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { sinkErrors } from './errors.ts'
import { AddressRefused, resolveChecked } from '../../../platform/outbound/resolve.ts'
import type { Target } from './settings.ts'
import type { TransportSurroundings } from './transports/open.ts'

/**
 * Whether a sink may be what it is told to be: before it is stored, so that whoever says it learns what is wrong. That it
 * may be reached is checked again whenever it is: names change.
 */
export async function checkTarget(
  target: Target,
  { outbound, directory }: Pick<TransportSurroundings, 'outbound' | 'directory'>,
): Promise<Outcome<undefined>> {
  if (target.kind === 'file') {
    return directory === undefined ? refuse(sinkErrors.sink_directory_missing) : ok(undefined)
  }
  const problem = target.kind === 'syslog' ? certificatesProblem(target) : null
  if (problem !== null) return refuse(sinkErrors.sink_settings_invalid, { problem })
  const host = target.kind === 'syslog' ? target.settings.host : new URL(target.settings.url).hostname
  try {
    await resolveChecked(host, outbound)
  } catch (error) {
    if (error instanceof AddressRefused) {
      return refuse(sinkErrors.sink_address_refused, { host: host.slice(0, 253), reason: error.reason })
    }
    // A name that is not known yet may be known later: the test of the sink says so, and its failures do.
  }
  return ok(undefined)
}

function certificatesProblem({ settings, secrets }: Extract<Target, { kind: 'syslog' }>): string | null {
  const { clientCertificate: cert } = settings
  const { clientKey: key } = secrets
  if ((cert === undefined) !== (key === undefined)) return 'A client certificate and its key go together'
  try {
    createSecureContext({ cert, key })
    return null
  } catch {
    return 'The client key is not the key of the client certificate'
  }
}
