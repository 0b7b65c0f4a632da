import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { isPrivatePlace } from './places.ts'
import { climbsOf } from './segments.ts'

const PARTS = CLASS.slash | CLASS.backslash | CLASS.control | CLASS.colon

/** Streams that PHP and Java open like a file. PHP manual, "Supported Protocols and Wrappers". */
const WRAPPER =
  /^(?:[a-z]+=)?(?:php:\/\/(?:filter|input|memory|temp|fd|stdin)|phar:\/\/|expect:\/\/|glob:\/\/|zip:\/\/|rar:\/\/|ogg:\/\/|compress\.(?:zlib|bzip2):\/\/|zlib:|ssh2\.[a-z]+:\/\/|data:\/\/|netdoc:|jar:(?:https?|file|ftp):|file:(?:\/|\\))/i

/** What Windows takes for a device, a stream of a file, or a share of administration. Microsoft, "Naming Files, Paths, and Namespaces". */
const WINDOWS =
  /^[\\/]{2}[.?][\\/]|::\$(?:data|index_allocation)|:\$i30:|^(?:\\\\|\/\/)[^\\/\s]{1,255}[\\/](?:[a-z]|admin|ipc|print)\$|^\\\\(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]*\]?|localhost|[^\\\s]+@(?:ssl|\d+)|[^\\\s]+\.[a-z]{2,})\\|[\\/](?:con|aux|nul|prn|com[1-9]|lpt[1-9])[\\/](?:con|aux|nul|prn)(?:[\\/]|$)/i

/** A NUL that ends a name early for what is written in C. */
const CUT = /\.[a-z0-9]{1,8}\0|\0\.[a-z0-9]{1,8}$|[\\/][^\\/\0]{1,255}\0/i

/** Path traversal, files of the system, and streams that are opened like files. */
export const path: Detector = {
  name: 'path',
  concerns: (classes) => (classes & PARTS) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length)
  const text = value.trim()
  const isPath = text.length <= 4_096 && !/[\s<>|]/.test(text.replace(/^[a-z]:\\[^\n]*$/i, ''))
  const climb = climbsOf(value)
  if (climb.ups > 0 && /[\\/]/.test(value)) {
    if (isPath) return hit('traversal', climb.start, climb.end, 'a path climbs out of its folder')
    if (climb.ups > 3 || isPrivatePlace(value.slice(climb.end - 1, climb.end + 200).split(/[\s\0'"&<>]/, 1)[0] ?? ''))
      return hit('traversal', climb.start, climb.end, 'a path in a text climbs to what is private')
  }
  if (isPath && isPrivatePlace(text.replace(/[\0?#%].*$/s, '').replace(/^[a-z]+=(?=[/\\])/i, '')))
    return hit('private', 0, value.length, 'a path to what belongs to the system or is kept secret')
  if (isPath && WRAPPER.test(text)) return hit('wrapper', 0, value.length, 'an address that is opened like a file')
  if (isPath && WINDOWS.test(text)) return hit('device', 0, value.length, 'a device, a stream or a share of Windows')
  if (value.includes('\0') && CUT.test(value))
    return hit('cut', value.indexOf('\0'), value.indexOf('\0') + 1, 'a NUL ends a name early')
  return null
}

function hit(kind: string, start: number, end: number, why: string): Hit {
  return { class: kind, context: 'a path', start, end: Math.max(end, start + 1), why }
}
