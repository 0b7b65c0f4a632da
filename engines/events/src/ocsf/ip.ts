const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const HEXTET = /^[0-9a-f]{1,4}$/i
const ZONE = /^[\w.-]{1,32}$/

/** Whether a text is an IP address as OCSF's `ip_t` has it: IPv4 with four decimal parts, or IPv6 (RFC 4291), which may name a zone. */
export function isIp(text: string): boolean {
  if (text.length > 40) return false
  return text.includes(':') ? isIpv6(text) : IPV4.test(text)
}

function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%')
  if (more.length > 0 || (zone !== undefined && !ZONE.test(zone))) return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = all.at(-1)
  const dotted = last?.includes('.') === true
  if (dotted && (!IPV4.test(last) || groups.at(-1)?.length === 0)) return false
  const hex = dotted ? all.slice(0, -1) : all
  const count = hex.length + (dotted ? 2 : 0)
  return hex.every((group) => HEXTET.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
}
