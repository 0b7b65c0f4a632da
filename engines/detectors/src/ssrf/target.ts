import { decodePercent } from '../decode/percent.ts'
import { ipv4Of, type Range, rangeOf } from './ipv4.ts'
import { ipv6Of, rangeOf6 } from './ipv6.ts'

/** Where an address leads. */
export interface Target {
  readonly scheme: string
  /** In lower case, decoded, without brackets, port and user. */
  readonly host: string
  /** Which of the ranges that are not the internet, or `undefined`. */
  readonly range: Range | undefined
  /** True where a number is written as no person writes it: `2130706433`, `0x7f.1`, `::ffff:7f00:1`. */
  readonly disguised: boolean
}

/** Names that mean the machine itself, or its cloud, wherever they are asked. RFC 6761, 6.3; RFC 6762; the clouds' own. */
const NAMES: readonly (readonly [RegExp, Range])[] = [
  [/^(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback|loopback)$|\.localhost$/, 'loopback'],
  [
    /^(?:metadata|metadata\.google\.internal|metadata\.goog|instance-data|instance-data\.ec2\.internal|metadata\.azure\.internal|metadata\.packet\.net|metadata\.tencentyun\.com|169\.254\.169\.254\..*)$/,
    'metadata',
  ],
  [
    /\.(?:internal|local|localdomain|lan|intranet|corp|home\.arpa|svc|cluster\.local)$|^kubernetes\.default(?:\.svc)?$|^host\.docker\.internal$/,
    'private',
  ],
  [
    /(?:^|\.)(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|yoogle\.com|fbi\.com\.localhost|127-0-0-1\.org\.uk|localho\.st)$/,
    'loopback',
  ],
]

/** Names that hold the address that they are resolved to: `10.0.0.1.nip.io`, `app-127-0-0-1.sslip.io`. */
const WILDCARD =
  /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})\.(?:nip\.io|xip\.io|sslip\.io|traefik\.me|rbndr\.us|1u\.ms)$/
const WILDCARD_HEX = /(?:^|[.-])([0-9a-f]{8})\.(?:nip\.io|sslip\.io|rbndr\.us)$/

/** Reads an absolute address (or one that begins with `//`) as clients do; undefined where it is none. RFC 3986, 3; WHATWG URL, 4.4. */
export function targetOf(address: string): Target | undefined {
  const text = address
    .slice(0, 2_048)
    .trim()
    .replace(/[\t\r\n]/g, '')
  const match = /^(?:url:)?([a-z][a-z0-9+.-]{0,30}):[/\\]{0,8}([^/\\?#]*)|^[/\\]{2}([^/\\?#]+)/i.exec(text)
  if (match === null) return undefined
  const authority = match[2] ?? match[3] ?? ''
  const host = hostOf(authority)
  const range = rangeOfHost(host)
  return { scheme: (match[1] ?? '').toLowerCase(), host, range: range.range, disguised: range.disguised }
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@')
  const after = at < 0 ? authority : authority.slice(at + 1)
  const bracketed = /^\[([^\]]*)\]/.exec(after)
  const host = bracketed?.[1] ?? after.replace(/:\d*$/, '')
  // U+3002, U+FF0E and U+FF61 are dots to IDNA (UTS 46, 4).
  return decodePercent(host)
    .replace(/\xe3\x80\x82|\xef\xbc\x8e|\xef\xbd\xa1/g, '.')
    .toLowerCase()
    .replace(/\.$/, '')
}

function rangeOfHost(host: string): { range: Range | undefined; disguised: boolean } {
  const address = ipv4Of(host)
  if (host !== '' && address !== undefined)
    return { range: rangeOf(address), disguised: !/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(host) }
  const pieces = host.includes(':') ? ipv6Of(host) : undefined
  if (pieces !== undefined)
    return { range: rangeOf6(pieces), disguised: host !== '::1' && pieces.slice(0, 4).every((piece) => piece === 0) }
  const wildcard = WILDCARD.exec(host)
  if (wildcard !== null)
    return { range: rangeOf(ipv4Of(wildcard.slice(1, 5).map(Number).join('.')) ?? 0xffff_ffff), disguised: true }
  const hex = WILDCARD_HEX.exec(host)?.[1]
  if (hex !== undefined) return { range: rangeOf(Number.parseInt(hex, 16)), disguised: true }
  return { range: NAMES.find(([pattern]) => pattern.test(host))?.[1], disguised: false }
}
