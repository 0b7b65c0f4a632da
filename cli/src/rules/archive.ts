import { gunzipSync } from 'node:zlib'

/** What is wrong with an archive: a sentence. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

/** A release of the Core Rule Set has 100 files and 3 MB. */
const mostBytes = 64 * 1024 * 1024
const mostEntries = 20_000
const longestName = 240
const BLOCK = 512

/**
 * The regular files of a gzipped tar archive (POSIX ustar with pax headers, and GNU's long names), by name. Nothing of it touches a disk
 * here. An archive of rules has no reason for links, devices, ways out of its folder or two files of one name: it is refused as a whole.
 * @throws ArchiveError
 */
export function readArchive(archive: Uint8Array): ReadonlyMap<string, Buffer> {
  const tar = unzipped(archive)
  const files = new Map<string, Buffer>()
  const folded = new Set<string>()
  let longName: string | undefined
  let entries = 0
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) break
    if (++entries > mostEntries) throw new ArchiveError('The archive has too many entries.')
    checkSum(header)
    const size = octal(header, 124, 12)
    const body = tar.subarray(at + BLOCK, at + BLOCK + size)
    if (body.length < size) throw new ArchiveError('The archive ends too early.')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const kind = String.fromCharCode(header[156] ?? 0)
    if (kind === 'x') longName = paxName(body) ?? longName
    else if (kind === 'L') longName = text(body, 0, size)
    else if (kind === '0' || kind === '\0') {
      const name = safeName(longName ?? nameOf(header))
      longName = undefined
      // Some file systems do not tell cases apart.
      if (folded.has(name.toLowerCase())) throw new ArchiveError(`The archive holds ${name} twice.`)
      folded.add(name.toLowerCase())
      files.set(name, body)
    } else if (kind === '5') {
      safeName((longName ?? nameOf(header)).replace(/\/$/, ''))
      longName = undefined
    } else if (kind !== 'g') throw new ArchiveError('The archive holds what is neither a file nor a folder.')
  }
  return files
}

function unzipped(archive: Uint8Array): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: mostBytes })
  } catch (cause) {
    throw new ArchiveError('This is no gzipped archive, or it is too large.', { cause })
  }
}

function nameOf(header: Buffer): string {
  const ustar = header.toString('latin1', 257, 262) === 'ustar'
  const prefix = ustar ? text(header, 345, 155) : ''
  return `${prefix === '' ? '' : `${prefix}/`}${text(header, 0, 100)}`
}

function safeName(given: string): string {
  const name = given.replace(/^\.\//, '')
  const parts = name.split('/')
  const strange =
    parts.some((part) => part === '' || part === '.' || part === '..') || !/^[\x20-\x5b\x5d-\x7e]+$/.test(name)
  if (strange || name.length > longestName || /^[A-Za-z]:/.test(name))
    throw new ArchiveError(`The archive holds a file with the name ${JSON.stringify(name.slice(0, longestName))}.`)
  return name
}

/** The sum of all bytes of a header, its own eight taken as blanks. */
function checkSum(header: Buffer): void {
  let sum = 8 * 0x20
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte
  if (sum !== octal(header, 148, 8)) throw new ArchiveError('The archive is damaged.')
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, end < 0 || end > start + length ? start + length : end)
}

function octal(bytes: Buffer, start: number, length: number): number {
  const digits = text(bytes, start, length).trim()
  if (!/^[0-7]{1,12}$/.test(digits)) throw new ArchiveError('The archive has a header that cannot be read.')
  return Number.parseInt(digits, 8)
}

/** The `path` of a pax header: records of `<length> <key>=<value>`. What else it may say of a file (its size, where it links) is refused. */
function paxName(body: Buffer): string | undefined {
  let name: string | undefined
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(0x20, at)
    const length = Number(body.toString('latin1', at, Math.max(at, blank)))
    if (blank < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > body.length)
      throw new ArchiveError('The archive has a header that cannot be read.')
    const [, key = '', value = ''] = /^([^=]*)=(.*)\n$/s.exec(body.toString('utf8', blank + 1, at + length)) ?? []
    if (key === 'path') name = value
    if (key === '' || key === 'size' || key === 'linkpath')
      throw new ArchiveError('The archive has a header that cannot be read.')
    at += length
  }
  return name
}
