/**
 * The path that policies see: decoded, without a trailing slash. null when two readers could read it differently: empty and dot segments,
 * backslashes, control characters, and characters that are encoded although nobody has to (`%61`, `%2F`, `%2e`).
 * @param raw path as it was routed, percent-encoded, without the query
 */
export function canonicalPath(raw: string): string | null {
  if (!raw.startsWith('/') || raw.length > 8192) return null
  for (const [encoded] of raw.matchAll(/%../gs)) if (isDoubtful(encoded)) return null
  let path: string
  try {
    path = decodeURIComponent(raw)
  } catch {
    return null
  }
  if (hasControl(path) || path.includes('\\')) return null
  const segments = path.split('/').slice(1)
  if (segments.at(-1) === '') segments.pop()
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return null
  return `/${segments.join('/')}`
}

/** RFC 3986 section 2.3: unreserved characters should not be encoded; an encoded slash is a segment here and a separator there. */
function isDoubtful(encoded: string): boolean {
  const code = Number.parseInt(encoded.slice(1), 16)
  if (Number.isNaN(code)) return true
  return code <= 0x1f || code === 0x7f || /[A-Za-z0-9._~/\\-]/.test(code < 0x80 ? String.fromCharCode(code) : ' ')
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code <= 0x1f || (code >= 0x7f && code <= 0x9f)) return true
  }
  return false
}
