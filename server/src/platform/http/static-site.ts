import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Everything from our own origin, nothing inline, nothing framed. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"

interface StoredFile {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
  readonly immutable: boolean
}

/**
 * A built single-page application, read into memory once: a request names a file that was found then, or gets the
 * page; no path is ever joined with what a request says.
 * @returns undefined when nothing is built there
 */
export function staticSite(directory: string, base: string): ((request: Request) => Response) | undefined {
  const files = readAll(directory)
  const page = files.get('index.html')
  if (page === undefined) return undefined
  return (request) => {
    const name = new URL(request.url).pathname.slice(base.length)
    const file = files.get(name)
    if (file === undefined && name.startsWith('assets/')) return new Response('Not found', { status: 404 })
    return respond(file ?? page, request)
  }
}

function respond(file: StoredFile, request: Request): Response {
  const headers = {
    'content-type': file.type,
    'content-security-policy': policy,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
  }
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(file.body), { status: 200, headers })
}

function readAll(directory: string): Map<string, StoredFile> {
  const files = new Map<string, StoredFile>()
  let entries: string[]
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return files
  }
  for (const path of entries) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const name = relative(directory, path).split(sep).join('/')
    const body = readFileSync(path)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    // The builder puts a hash of the content into the names of assets.
    files.set(name, { body, type, etag, immutable: name.startsWith('assets/') })
  }
  return files
}
