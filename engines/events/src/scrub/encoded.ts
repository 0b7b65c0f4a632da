import { type Kind, marker } from './marker.ts'
import type { Span } from './spans.ts'

const RUN = /[A-Za-z0-9+/_-]{20,}={0,2}/g
const LAYERS = 2

/**
 * Finds base64 (RFC 4648, 4 and 5) that reads as text in which there is a secret. Each layer is three quarters of the
 * one around it.
 */
export function findEncoded(
  text: string,
  layer: number,
  isSecret: (text: string, layer: number) => boolean,
  found: (span: Span) => void,
  kind: Kind = 'secret',
): void {
  if (layer >= LAYERS) return
  for (const match of text.matchAll(RUN)) {
    const decoded = textOf(match[0])
    if (decoded === null || !isSecret(decoded, layer + 1)) continue
    found({ start: match.index, end: match.index + match[0].length, marker: marker(kind) })
  }
}

/**
 * The text that a run is the base64 of, or null. Its first bytes are looked at alone: of most runs they are no text.
 */
function textOf(run: string): string | null {
  if (!isText(decode(run.slice(0, 16)))) return null
  const decoded = decode(run)
  return isText(decoded) ? decoded : null
}

function decode(run: string): string {
  return Buffer.from(run, 'base64').toString('latin1')
}

function isText(decoded: string): boolean {
  return decoded.length > 8 && /^[\t\n\r\x20-\x7e\u0080-\u00ff]*$/.test(decoded) && !/[\u0080-\u00ff]{4}/.test(decoded)
}
