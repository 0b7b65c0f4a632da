import { EvaluationError } from '../errors.ts'
import type { Comparable, Composite } from '../value.ts'

/** An IPv4 or IPv6 address with its prefix length: one address, or a range. Two are equal when both address and prefix are. */
export class IpAddress implements Comparable {
  readonly version: 4 | 6
  readonly address: bigint
  readonly prefix: number

  constructor(version: 4 | 6, address: bigint, prefix: number) {
    this.version = version
    this.address = address
    this.prefix = prefix
  }

  get typeName(): string {
    return 'an ipaddr'
  }

  equals(other: Composite): boolean {
    return (
      other instanceof IpAddress &&
      other.version === this.version &&
      other.address === this.address &&
      other.prefix === this.prefix
    )
  }

  key(): string {
    return `i${this.version}:${this.address}/${this.prefix}`
  }

  /** Whether every address of this range is in the other. */
  isInRange(other: IpAddress): boolean {
    if (this.version !== other.version || this.prefix < other.prefix) return false
    const shift = BigInt((this.version === 4 ? 32 : 128) - other.prefix)
    return this.address >> shift === other.address >> shift
  }
}

const LONGEST = 43
const OCTET = /^(?:0|[1-9][0-9]{0,2})$/
const GROUP = /^[0-9a-fA-F]{1,4}$/
const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/

/** `ip("10.0.0.1")`, `ip("10.0.0.0/8")`, `ip("::1")`, `ip("fe80::/10")`. No IPv4 inside IPv6, no zone, no leading zeros. */
export function parseIp(text: string): IpAddress {
  const parsed = text.length > LONGEST ? undefined : parse(text)
  if (parsed === undefined) throw new EvaluationError(`\`${text}\` is not an IP address or range`)
  return parsed
}

function parse(text: string): IpAddress | undefined {
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  const version = host.includes(':') ? 6 : 4
  const bits = version === 4 ? 32 : 128
  const address = version === 4 ? parseV4(host) : parseV6(host)
  const prefix = slash < 0 ? bits : parsePrefix(text.slice(slash + 1))
  if (address === undefined || prefix === undefined || prefix > bits) return undefined
  return new IpAddress(version, address, prefix)
}

function parsePrefix(text: string): number | undefined {
  return PREFIX.test(text) ? Number(text) : undefined
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0n
  for (const part of parts) {
    if (!OCTET.test(part) || Number(part) > 255) return undefined
    address = (address << 8n) | BigInt(part)
  }
  return address
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const tail = groups(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group of zeros.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let address = 0n
  for (const group of head) address = (address << 16n) | group
  address <<= BigInt(16 * missing)
  for (const group of tail) address = (address << 16n) | group
  return address
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return []
  const out: bigint[] = []
  for (const part of text.split(':')) {
    if (!GROUP.test(part)) return undefined
    out.push(BigInt(`0x${part}`))
  }
  return out
}

/** The address as text, with its prefix when it is a range. IPv6 is written out in full. */
export function formatIp({ version, address, prefix }: IpAddress): string {
  const [count, width, radix] = version === 4 ? [4, 8n, 10] : [8, 16n, 16]
  const parts: string[] = []
  for (let at = BigInt(count) - 1n; at >= 0n; at--) {
    parts.push(((address >> (at * width)) & ((1n << width) - 1n)).toString(radix))
  }
  const text = parts.join(version === 4 ? '.' : ':')
  return prefix === count * Number(width) ? text : `${text}/${prefix}`
}
