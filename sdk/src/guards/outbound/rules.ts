import { lookup as ask } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { fixedLookup, refusalOf, type Resolved } from '@holdfast/http-guard/addresses'
import { type Holdfast, internalsOf } from '../../holdfast.ts'

export interface OutboundRules {
  /**
   * Hosts that may be sent to: `api.example.com`, `*.example.com` (names below it, not itself), `203.0.113.7`, `[2001:db8::1]`, each with a port
   * if need be (`api.example.com:8443`). `any`: every host whose addresses are public.
   */
  readonly allow: readonly string[] | 'any'
  /** Default: `['https']`. */
  readonly schemes?: readonly ('https' | 'http')[]
  /** For hosts that are allowed without a port. Default: 443, and 80 where `http` is allowed. */
  readonly ports?: readonly number[]
  /** Hosts, of those allowed, that may lie in the own network; true for all of them. Link-local and metadata addresses never. */
  readonly allowPrivate?: boolean | readonly string[]
  /** Who is asked for the addresses of a name. Default: the system. */
  readonly resolve?: (host: string) => Promise<readonly Resolved[]>
  /** Where refusals become events. */
  readonly holdfast?: Holdfast
  readonly onRefused?: (refused: OutboundRefused) => void
}

/** A request to where none may go. It was not sent. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused'
  readonly code = 'outbound_refused'
  readonly host: string
  /** One sentence. */
  readonly reason: string

  constructor(host: string, reason: string) {
    super(`Nothing is sent to ${JSON.stringify(host)}: ${reason}.`)
    this.host = host
    this.reason = reason
  }
}

/** Which rule refused it. */
export type Refused = 'scheme' | 'host' | 'port' | 'address'

export interface Gatekeeper {
  /** @throws OutboundRefused when this place may not be asked at all; @returns the host in its one form */
  admit(scheme: string, host: string, port: number): string
  /** For `net.connect`: asks once for each connection, and gives it only what was checked. Numbers are checked by `admit`. */
  readonly lookup: LookupFunction
}

const DEFAULT_PORTS = { https: 443, http: 80 } as const

export function createGatekeeper(rules: OutboundRules): Gatekeeper {
  const { allow, schemes = ['https'], allowPrivate = false, resolve = resolveAll, holdfast, onRefused } = rules
  const ports = rules.ports ?? schemes.map((scheme) => DEFAULT_PORTS[scheme])
  const allowed = allow === 'any' ? null : allow.map(patternOf)
  const inside = typeof allowPrivate === 'boolean' ? null : allowPrivate.map(patternOf)

  function refuse(host: string, what: Refused, reason: string): never {
    const refused = new OutboundRefused(host, reason)
    if (holdfast !== undefined) internalsOf(holdfast).outboundRefused(host.slice(0, 255), what, reason)
    onRefused?.(refused)
    throw refused
  }
  function check(host: string, found: readonly Resolved[]): readonly Resolved[] {
    const own = inside === null ? allowPrivate === true : inside.some((pattern) => pattern.matches(host))
    const reason = refusalOf(found, { allowPrivate: own })
    return reason === undefined ? found : refuse(host, 'address', reason)
  }

  return {
    admit(scheme, given, port) {
      const host = hostOf(given)
      if (!schemes.some((each) => each === scheme))
        refuse(host, 'scheme', `${scheme.slice(0, 20)} is not among the schemes`)
      const patterns = allowed?.filter((pattern) => pattern.matches(host))
      if (patterns?.length === 0) refuse(host, 'host', 'it is not among the hosts that are allowed')
      const isPort = ports.includes(port) && (patterns?.some((pattern) => pattern.port === undefined) ?? true)
      if (!isPort && patterns?.some((pattern) => pattern.port === port) !== true) {
        refuse(host, 'port', `port ${port} is not among those that are allowed`)
      }
      const family = isIP(host)
      if (family > 0) check(host, [{ address: host, family }])
      return host
    },
    lookup: (given, options, answer) => {
      const host = hostOf(given)
      const asked = async () => check(host, await resolve(host))
      asked().then(
        (found) => fixedLookup(found)(host, options, answer),
        (error: unknown) => answer(error as NodeJS.ErrnoException, '', 0),
      )
    },
  }
}

interface Pattern {
  readonly port: number | undefined
  matches(host: string): boolean
}

function patternOf(text: string): Pattern {
  const { wild, host, port } =
    /^(?<wild>\*\.)?(?<host>\[[^\]]+\]|[^:/?#@*\s]+)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {}
  if (host === undefined)
    throw new TypeError(`"${text}" is no host: write api.example.com, *.example.com, or with a port.`)
  const name = hostOf(host)
  return {
    port: port === undefined ? undefined : Number(port),
    matches: (asked) => (wild === undefined ? asked === name : isIP(asked) === 0 && asked.endsWith(`.${name}`)),
  }
}

/** In lower case, without brackets, and without the dot of the root: `localhost.` is `localhost`. */
function hostOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/s, '$1')
    .replace(/\.$/, '')
}

function resolveAll(host: string): Promise<readonly Resolved[]> {
  return ask(host, { all: true, verbatim: true })
}
