import { isIPv4, isIPv6 } from 'node:net'

/** Names in the order in which they are looked for: browsers name those that they descend from, too. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//, 'Safari'],
  [/^(?:node|undici)\b/, 'Node.js'],
  [/^curl\//, 'curl'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/**
 * What a person recognises a device by: coarse, without versions, so that it is the same after an update.
 * @param userAgent as it was sent: anything
 */
export function deviceLabel(userAgent: string | null): string {
  const text = (userAgent ?? '').slice(0, 1024)
  const browser = browsers.find(([sign]) => sign.test(text))?.[1]
  const system = systems.find(([sign]) => sign.test(text))?.[1]
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`
  return browser ?? system ?? 'Unknown device'
}

const groupsOf = (part: string) => part.split(':').filter((group) => group !== '')

/**
 * The network of an address, which says about where somebody was and not who in it: /24 of IPv4, /48 of IPv6.
 * @returns null for what is no address
 */
export function addressPrefix(address: string | null): string | null {
  if (address === null) return null
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const text = mapped ?? address.replace(/%.*$/, '')
  if (isIPv4(text)) return `${text.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(text)) return null
  const [head = '', tail] = text.toLowerCase().split('::')
  const [front, back] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0')
  const groups = [...front, ...zeros, ...back]
  return `${groups
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/48`
}
