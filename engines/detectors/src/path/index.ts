import type { Budget } from '../budget.ts'
import { CLASS } from '../classes.ts'
import type { Bytes, Detector, Hit } from '../types.ts'
import { isPrivatePlace } from './places.ts'
import { climbsOf } from './segments.ts'

const PARTS = CLASS.slash | CLASS.backslash | CLASS.control | CLASS.colon

/** Streams that PHP and Java open like a file. PHP manual, "Supported Protocols and Wrappers". */
const WRAPPER =
  /^(?:[a-z]+=)?(?:php:\/\/(?:filter|input|memory|temp|fd|stdin)|phar:\/\/|expect:\/\/|glob:\/\/|zip:\/\/|rar:\/\/|ogg:\/\/|compress\.(?:zlib|bzip2):\/\/|zlib:|ssh2\.[a-z]+:\/\/|data:\/\/|netdoc:|jar:(?:https?|file|ftp):|file:(?:[\\/]{1,3}[^\\/]|\$\{))/i

/** What Windows takes for a device, a stream of a file, or a share of administration. Microsoft, "Naming Files, Paths, and Namespaces". */
const WINDOWS =
  /^[\\/]{2}[.?][\\/]|::\$(?:data|index_allocation)|:\$i30:|^(?:\\\\|\/\/)[^\\/\s]{1,255}[\\/](?:[a-z]|admin|ipc|print)\$|^\\\\(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]*\]?|localhost|[^\\\s]+@(?:ssl|\d+)|[^\\\s]+\.[a-z]{2,})\\|[\\/](?:con|aux|nul|prn|com[1-9]|lpt[1-9])[\\/](?:con|aux|nul|prn)(?:[\\/]|$)/i

/** A NUL that ends a name early for what is written in C. */
const CUT = /\.[a-z0-9]{1,8}\0|\0\.[a-z0-9]{1,8}$|[\\/][^\\/\0]{1,255}\0|(?:^|[^.\0])\.\0\./i

/** Path traversal, files of the system, and streams that are opened like files. */
export const path: Detector = {
  name: 'path',
  concerns: (classes) => (classes & PARTS) !== 0,
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  const text = value.trim()
  const isPath = text.length <= 4_096 && !/[\s<>|]/.test(text.replace(/^[a-z]:\\[^\n<>|"=]*$/i, ''))
  const climb = climbsOf(value)
  if (climb.ups > 0 && /[\\/]/.test(value)) {
    const tail = value.slice(climb.end - 1, climb.end + 200).split(/[\s\0'"&<>]/, 1)[0] ?? ''
    if (isPrivatePlace(tail) || climb.ups > 3)
      return hit('traversal', climb.start, climb.end, 'a path climbs to what is private')
    if (isPath && leaves(text, climb.ups))
      return hit('traversal', climb.start, climb.end, 'a path climbs out of its folder')
  }
  if (isPath && !PAGE.test(text) && isPrivatePlace(text.replace(/[\0?#%].*$/s, '').replace(/^[a-z]+=(?=[/\\])/i, '')))
    return hit('private', 0, value.length, 'a path to what belongs to the system or is kept secret')
  if (isPath && WRAPPER.test(text)) return hit('wrapper', 0, value.length, 'an address that is opened like a file')
  if (isPath && WINDOWS.test(text)) return hit('device', 0, value.length, 'a device, a stream or a share of Windows')
  if (value.includes('\0') && CUT.test(value))
    return hit('cut', value.indexOf('\0'), value.indexOf('\0') + 1, 'a NUL ends a name early')
  return null
}

/** The address of a page in the internet: its path is another machine's. */
const PAGE = /^https?:\/\/[^/\s@]*\.[a-z]{2,}(?::\d+)?\//i

/** Pages and sources link to what is beside their folder; neither do they climb higher, nor is what they mean without an ending. */
const LINKED =
  /^\.\.?[\\/](?:[\w@-]+[\\/.])*\.?(?:md|txt|tsx?|m?jsx?|css|s[ac]ss|html?|png|jpe?g|svg|webp|gif|pdf|woff2?|vue|rst|py|go|rs|java|rb)(?:[?#].*)?$/i

/** True for a path that climbs higher than it went down, or is written so that it hides that. */
function leaves(text: string, ups: number): boolean {
  if (ups === 1 && LINKED.test(text)) return false
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/]+(\/.*)$/i.exec(text)?.[1]
  let depth = 0
  for (const segment of (path ?? text).replace(/[?#].*$/s, '').split(/[\\/]/)) {
    if (/^\.\.(?:;|\.*$)/.test(segment)) depth--
    else if (segment !== '' && segment !== '.') depth++
    if (depth < 0) return true
  }
  return path === undefined && ups > 1
}

function hit(kind: string, start: number, end: number, why: string): Hit {
  return { class: kind, context: 'a path', start, end: Math.max(end, start + 1), why }
}
