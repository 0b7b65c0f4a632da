/*
 * ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, section 2.2.3), in DER (X.690): one encoding for each
 * signature, and nothing after it. Otherwise somebody could change a signature that stays valid.
 */

const sequence = 0x30
const integer = 0x02

/** @returns r and s, each of `bytes` bytes (IEEE P1363), or undefined for what is not the one encoding of them */
export function signatureFromDer(der: Uint8Array, bytes: number): Buffer | undefined {
  const body = read(der, 0, sequence)
  if (body === undefined || body.end !== der.length) return undefined
  const r = read(der, body.start, integer)
  const s = r && read(der, r.end, integer)
  if (r === undefined || s === undefined || s.end !== der.length) return undefined
  const result = Buffer.alloc(2 * bytes)
  return place(der, r, result, bytes) && place(der, s, result, 2 * bytes) ? result : undefined
}

interface Span {
  readonly start: number
  readonly end: number
}

/** One tag, a definite length in its shortest form (X.690, 10.1), and as many bytes. */
function read(der: Uint8Array, at: number, tag: number): Span | undefined {
  const first = der[at + 1]
  if (der[at] !== tag || first === undefined) return undefined
  let start = at + 2
  let length = first
  if (first === 0x81) {
    length = der[start++] ?? 0
    if (length < 0x80) return undefined
  } else if (first >= 0x80) return undefined // indefinite, or longer than any signature
  const end = start + length
  return end <= der.length ? { start, end } : undefined
}

/** A positive integer without needless zeros (X.690, 8.3.2), right-aligned before `end`. */
function place(der: Uint8Array, { start, end }: Span, into: Buffer, until: number): boolean {
  const [first, second] = [der[start], der[start + 1]]
  if (start === end || first === undefined || first >= 0x80) return false
  if (first === 0 && (end - start === 1 || (second ?? 0) < 0x80)) return false
  const from = first === 0 ? start + 1 : start
  if (end - from > into.length / 2) return false
  into.set(der.subarray(from, end), until - (end - from))
  return true
}
