import { gunzipSync } from 'node:zlib'

const BLOCK = 512

/** The regular files of a gzipped tar archive (ustar, with pax and GNU long names), by name. Their bytes share one buffer. */
export function readTarGz(archive: Uint8Array): Map<string, Buffer> {
  const tar = gunzipSync(archive)
  const files = new Map<string, Buffer>()
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK)
    const size = octal(header, 124, 12)
    const body = tar.subarray(at + BLOCK, at + BLOCK + size)
    const kind = String.fromCharCode(header[156] ?? 0)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (header[0] === 0) continue
    if (kind === 'L') longName = text(body, 0, size)
    else if (kind === 'x') longName = paxPath(body) ?? longName
    else {
      const prefix = text(header, 345, 155)
      const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + text(header, 0, 100)
      if (kind === '0' || kind === '\0') files.set(name.replace(/^\.\//, ''), body)
      longName = undefined
    }
  }
  return files
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, end < 0 || end > start + length ? start + length : end)
}

function octal(bytes: Buffer, start: number, length: number): number {
  const size = Number.parseInt(text(bytes, start, length).trim() || '0', 8)
  if (!Number.isSafeInteger(size)) throw new Error('the archive has a header with no readable size')
  return size
}

/** The `path` of a pax header: lines of `<length> <key>=<value>`. */
function paxPath(body: Buffer): string | undefined {
  return /(?:^|\n)[0-9]+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1]
}
