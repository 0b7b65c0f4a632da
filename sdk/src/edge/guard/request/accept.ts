/**
 * Tells whether the client would rather see a page than JSON: it names `text/html`, and does not name a JSON type with a
 * greater or equal weight (RFC 9110 section 12.5.1). `*\/*` alone is a program.
 */
export function prefersHtml(accept: string): boolean {
  if (!accept.includes('html')) return false
  const html = Math.max(weight(accept, 'text/html'), weight(accept, 'application/xhtml+xml'))
  const json = Math.max(weight(accept, 'application/json'), weight(accept, 'application/problem+json'))
  return html > 0 && html > json
}

function weight(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim())
    if (name !== type) continue
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    return q === undefined ? 1 : Number(q.slice(2)) || 0
  }
  return 0
}
