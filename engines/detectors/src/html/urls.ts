import { decodeEntities } from '../decode/entities.ts'
import { browserCall, browserMember } from '../script/sinks.ts'
import { readScript } from '../script/read.ts'

/** The attributes whose value is an address that is opened, loaded or drawn. HTML Living Standard, "Attributes"; SVG 2, 16. */
export const URL_ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'href src action formaction data xlink:href poster background lowsrc dynsrc codebase cite longdesc manifest ping ' +
    'profile classid usemap icon srcset from to values by content archive code folder url'
  ).split(' '),
)

/** Schemes that run their rest as script. */
const SCRIPT_SCHEME = /^(?:(?:view-source:|feed:|jar:|url=)*(?:javascript|vbscript|livescript|mocha|jscript):|&\{)/

/** Media types of `data:` that a browser renders with their scripts. Fetch, "data: URL processor". */
const LIVE_DATA =
  /^data:(?:text\/(?:html|xml|javascript|ecmascript|xsl|vbscript)|image\/svg|application\/(?:[a-z]+\+)?(?:xml|xhtml|javascript|ecmascript|pdf|x-))/

/** An address as the URL parser takes it: controls and blanks before it, and tabs and line ends in it, do not count. URL, 4.4. */
function parsed(address: string): string {
  // oxlint-disable-next-line no-control-regex -- controls are what is looked for
  return decodeEntities(address).replace(/^[\0-\x20\xa0]+|[\0-\x1f]+/g, '')
}

/** True for an address that runs script where it is opened. `content` is an address after `url=` only. */
export function runsScript(address: string): boolean {
  const url = parsed(address.length > 4_096 ? address.slice(0, 4_096) : address)
  const scheme = url
    .slice(0, 120)
    .toLowerCase()
    .replace(/^[0-9.]+;\s*url=\s*/, '')
    // Filters that trim more than a browser does, or add slashes, make an address of the rest.
    .replace(/^(?:\\?['"`]|[\x80-\xff])+/, '')
    .replace(/ +/g, '')
  if (/^javascript:(?:void\(?0?\)?)?;?$/.test(scheme)) return false
  return SCRIPT_SCHEME.test(scheme) || LIVE_DATA.test(scheme) || /[;,]\s*javascript:/.test(scheme)
}

/**
 * True for a value that is such an address by itself: `javascript:` with a script behind it. "JavaScript: an introduction"
 * is none.
 */
export function isScriptAddress(value: string): boolean {
  if (!/^[\0-\x20]*[a-z&\\]/i.test(value)) return false
  const url = parsed(value)
  const match =
    /^(?:view-source:|feed:|jar:|url=)*((?:javascript|vbscript|livescript|jscript):|data:[a-z/+;=\-0-9]{0,80},)/i.exec(
      url,
    )
  if (match === null) return false
  if (/^data:/i.test(match[1] ?? '')) return LIVE_DATA.test(url.slice(0, 120).toLowerCase())
  const rest = url.slice(match[0].length)
  const reading = readScript(/^[^\s]*%[0-9a-f]{2}/i.test(rest) ? softDecoded(rest) : rest)
  if (/^\s*(?:\/\/|\/\*|<!--)/.test(rest) && rest.length > 8) return true
  return (
    reading.whole &&
    (reading.calls.length > 0 || browserMember(reading) !== undefined || browserCall(reading) !== undefined)
  )
}

/** Percent escapes of ASCII: a browser decodes the rest of such an address before it runs it. */
function softDecoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
