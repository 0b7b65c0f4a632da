// oxlint-disable-next-line no-restricted-imports -- only its synchronous functions: bytes in, bytes out
import {
  brotliDecompressSync,
  constants,
  crc32,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'
import { decodeUtf8 } from './bytes.ts'
import type { BodyKind } from './content-type.ts'
import type { Report } from './problem.ts'

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd'

const NAMES: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', 'gzip'],
  // RFC 9110, section 8.4.1.3
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])
const MOST_CODINGS = 2

/** Reads Content-Encoding (RFC 9110, section 8.4). @returns the codings as they were applied; null where one is not known, or there are too many */
export function readCodings(value: string): readonly Coding[] | null {
  const text = value.trim().toLowerCase()
  if (text === '' || text === 'identity') return []
  const codings = text.split(',').map((name) => NAMES.get(name.trim()))
  return codings.length <= MOST_CODINGS && codings.every((coding) => coding !== undefined) ? codings : null
}

/**
 * Many programs do not know of Content-Encoding and read what came. JSON and XML they cannot read then; in a form, or a text, whatever an attacker
 * has hidden among the bytes of the encoding would reach them unseen.
 */
export function mayBeEncoded(kind: BodyKind): boolean {
  return kind === 'json' || kind === 'xml' || kind === 'opaque'
}

/** So many times as long as what came, a body may become; a small one may become `FREE` bytes. */
const MOST_RATIO = 200
const FREE = 64 * 1024
/** RFC 9659, section 3: a decoder needs no window beyond 8 MiB. */
const ZSTD_WINDOW = 23

interface Decoded {
  readonly bytes: Uint8Array
  /** Bytes that were read. */
  readonly used: number
}

/**
 * Decodes a body where there is one reading of it: one stream, whole, and nothing behind it. What some decoders would do with more (further members
 * of gzip, further frames of zstd, bytes that are left over, raw deflate) is reported.
 * @param most bytes that it may become
 * @returns null where it was reported
 */
export function decodeBody(
  body: Uint8Array,
  codings: readonly Coding[],
  most: number,
  report: Report,
): Uint8Array | null {
  const bound = Math.min(most, Math.max(FREE, body.length * MOST_RATIO))
  if (codings.length > 0 && isText(body)) {
    const why = 'the encoded body is a text as well, for programs that do not decode'
    report({ code: 'content_encoding_malformed', place: 'body', name: '', by: 'text', why })
    return null
  }
  let bytes = body
  for (const coding of codings.toReversed()) {
    const decoded = decode(bytes, coding, bound)
    if (typeof decoded === 'string') {
      const tooLong = decoded === 'length'
      const why = tooLong
        ? `decoded it is more than ${bound} bytes`
        : `the body is not one whole ${coding} stream (${decoded})`
      const code = tooLong ? 'body_too_large' : 'content_encoding_malformed'
      report({ code, place: 'body', name: '', by: tooLong ? 'decoded-length' : coding, why })
      return null
    }
    bytes = decoded
  }
  return bytes
}

const MOST_BEGINNING = 1024 * 1024

/**
 * What a body begins with when it is decoded.
 * @param bytes its beginning
 * @returns `unknown`: the encoding tells nothing yet (zstd has blocks of up to 128 KiB), or very much; `none`: nobody can decode it
 */
export function decodedBeginning(bytes: Uint8Array, codings: readonly Coding[]): Uint8Array | 'unknown' | 'none' {
  let beginning = bytes
  for (const coding of codings.toReversed()) {
    try {
      beginning = beginningOf(beginning, coding)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'unknown' : 'none'
    }
    if (beginning.length === 0) return 'unknown'
  }
  return beginning
}

function beginningOf(bytes: Uint8Array, coding: Coding): Uint8Array {
  const cut = { maxOutputLength: MOST_BEGINNING, finishFlush: constants.Z_SYNC_FLUSH }
  if (coding === 'gzip') return gunzipSync(bytes, cut)
  if (coding === 'deflate') return inflateSync(bytes, cut)
  if (coding === 'br') return brotliDecompressSync(bytes, { ...cut, finishFlush: constants.BROTLI_OPERATION_FLUSH })
  const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW }
  return zstdDecompressSync(bytes, { ...cut, finishFlush: constants.ZSTD_e_flush, params })
}

/** Brotli can be written so. */
function isText(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) && decodeUtf8(bytes) !== null
}

/** @returns what is wrong; `length`: it is too long */
function decode(bytes: Uint8Array, coding: Coding, most: number): Uint8Array | string {
  if (coding === 'gzip') return gunzip(bytes, most)
  if (coding === 'deflate' && isRawToo(bytes)) return 'it can be read as raw deflate'
  if (coding === 'zstd' && !startsWith(bytes, ZSTD_MAGIC)) return 'it does not begin with a frame'
  const options = { maxOutputLength: most, info: true }
  const decoded = attempt(() => {
    if (coding === 'deflate') return inflateSync(bytes, options)
    if (coding === 'br') return brotliDecompressSync(bytes, options)
    return zstdDecompressSync(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW } })
  })
  if (typeof decoded === 'string') return decoded
  return decoded.used === bytes.length ? decoded.bytes : 'bytes behind it'
}

function attempt(decoder: () => unknown): Decoded | string {
  try {
    const { buffer, engine } = decoder() as {
      readonly buffer: Uint8Array
      readonly engine: { readonly bytesWritten: number }
    }
    return { bytes: buffer, used: engine.bytesWritten }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'length'
    return code === 'Z_BUF_ERROR' ? 'it is cut off' : 'it cannot be decoded'
  }
}

const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd]
const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte)

/**
 * RFC 9110, section 8.4.1.2: `deflate` is the zlib format; some clients and servers take it for raw deflate. The first byte of zlib begins a stored
 * block there, so it can be one only if the length that would follow stands beside its complement (RFC 1951, section 3.2.4).
 */
const isRawToo = (bytes: Uint8Array): boolean => {
  const [, a = 0, b = 0, c = 0, d = 0] = bytes
  return bytes.length >= 5 && (a ^ c) === 0xff && (b ^ d) === 0xff
}

/** RFC 1952: one member. Its parts are read here, because decoders differ in what they do behind it. */
function gunzip(bytes: Uint8Array, most: number): Uint8Array | string {
  const from = endOfHeader(bytes)
  if (from === null) return 'its header cannot be read'
  const decoded = attempt(() => inflateRawSync(bytes.subarray(from), { maxOutputLength: most, info: true }))
  if (typeof decoded === 'string') return decoded
  const trailer = from + decoded.used
  if (bytes.length < trailer + 8) return 'it is cut off'
  if (bytes.length > trailer + 8) return 'bytes behind it'
  const view = new DataView(bytes.buffer, bytes.byteOffset + trailer, 8)
  const sound = view.getUint32(0, true) === crc32(decoded.bytes) && view.getUint32(4, true) === decoded.bytes.length
  return sound ? decoded.bytes : 'its checksum is wrong'
}

const EXTRA = 4
const NAME = 8
const COMMENT = 16
const HEADER_CHECK = 2
const RESERVED = 0xe0

/** RFC 1952, section 2.3. @returns where the data begins */
function endOfHeader(bytes: Uint8Array): number | null {
  const flags = bytes[3] ?? 0
  if (!startsWith(bytes, [0x1f, 0x8b, 8]) || (flags & RESERVED) !== 0) return null
  let at = 10
  if ((flags & EXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0)
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) return null
    at = end + 1
  }
  if ((flags & HEADER_CHECK) !== 0) {
    // The lower half of the CRC32 of all before it.
    if (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) !== (crc32(bytes.subarray(0, at)) & 0xffff)) return null
    at += 2
  }
  return at < bytes.length ? at : null
}
