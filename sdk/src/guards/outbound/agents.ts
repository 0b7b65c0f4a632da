import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { Agent as UndiciAgent, buildConnector } from 'undici'
import { createGatekeeper, type Gatekeeper, OutboundRefused, type OutboundRules } from './rules.ts'

type Connected = (error: Error | null, stream: Duplex) => void

/** For `http.request(url, { agent })`. It knows no proxy, and asks before each connection. */
export function guardedHttpAgent(rules: OutboundRules, options: AgentOptions = {}): HttpAgent {
  const gatekeeper = createGatekeeper(rules)
  return new (class extends HttpAgent {
    override createConnection(asked: ClientRequestArgs, connected?: Connected): Duplex | null | undefined {
      const error = refusedFor(gatekeeper, 'http', asked, 80)
      if (error !== undefined) return tell(connected, error)
      return super.createConnection({ ...asked, lookup: gatekeeper.lookup }, connected)
    }
  })(options)
}

/** For `https.request(url, { agent })`. */
export function guardedHttpsAgent(rules: OutboundRules, options: AgentOptions = {}): HttpsAgent {
  const gatekeeper = createGatekeeper(rules)
  return new (class extends HttpsAgent {
    override createConnection(asked: ClientRequestArgs, connected?: Connected): Duplex | null | undefined {
      const error = refusedFor(gatekeeper, 'https', asked, 443)
      if (error !== undefined) return tell(connected, error)
      return super.createConnection({ ...asked, lookup: gatekeeper.lookup }, connected)
    }
  })(options)
}

/** Where Node's agents look for a connection there is none yet: the callback tells. */
function tell(connected: Connected | undefined, error: Error): undefined {
  process.nextTick(() => connected?.(error, undefined as never))
  return undefined
}

function refusedFor(
  gatekeeper: Gatekeeper,
  scheme: 'http' | 'https',
  { host, port, socketPath }: ClientRequestArgs,
  usual: number,
): Error | undefined {
  try {
    if (socketPath) throw new OutboundRefused(socketPath, 'it is a socket of this machine')
    gatekeeper.admit(scheme, host ?? 'localhost', Number(port ?? usual))
    return undefined
  } catch (error) {
    return error as Error
  }
}

/** For undici: `request(url, { dispatcher })`, `new Client` of a library that takes one, `fetch(url, { dispatcher })` of undici. */
export function guardedDispatcher(
  rules: OutboundRules,
  options: Omit<UndiciAgent.Options, 'connect'> = {},
): UndiciAgent {
  return dispatcherOf(createGatekeeper(rules), options)
}

export function dispatcherOf(gatekeeper: Gatekeeper, options: UndiciAgent.Options = {}): UndiciAgent {
  const connect = buildConnector({ lookup: gatekeeper.lookup })
  return new UndiciAgent({
    ...options,
    connect: (asked, connected) => {
      const { protocol, hostname, port } = asked
      const scheme = protocol.replace(/:$/, '')
      try {
        gatekeeper.admit(scheme, hostname, Number(port || (scheme === 'https' ? 443 : 80)))
      } catch (error) {
        return connected(error as Error, null)
      }
      return connect(asked, connected)
    },
  })
}
