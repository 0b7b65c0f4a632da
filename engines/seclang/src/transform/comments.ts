/** A C comment becomes one space; one that is not closed ends the text with a space. */
export function replaceComments(text: string): string {
  if (!text.includes('/*')) return text
  const parts: string[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('/*', at)
    if (start < 0) return parts.join('') + text.slice(at)
    parts.push(text.slice(at, start), ' ')
    const end = text.indexOf('*/', start + 2)
    if (end < 0) return parts.join('')
    at = end + 2
  }
}

/**
 * Comments of C, HTML (`<!-- -->`), SQL (`-- ` and `#` to the end) go. As ModSecurity does, the byte behind a closed comment is
 * taken as it is, and a NUL stands for it at the end; one that is not closed leaves a space.
 */
export function removeComments(text: string): string {
  const parts: string[] = []
  let at = 0
  while (at < text.length) {
    const [open, close] = text.startsWith('/*', at) ? ['/*', '*/'] : text.startsWith('<!--', at) ? ['<!--', '-->'] : []
    if (open !== undefined && close !== undefined) {
      const end = text.indexOf(close, at + open.length)
      if (end < 0) {
        parts.push(' ')
        break
      }
      at = end + close.length
      parts.push(at < text.length ? text.charAt(at) : '\0')
      at++
    } else if (text.startsWith('--', at) || text[at] === '#') {
      parts.push(' ')
      break
    } else {
      parts.push(text.charAt(at))
      at++
    }
  }
  return parts.join('')
}

/** The marks of comments go, what is between them stays. */
export function removeCommentsChar(text: string): string {
  return text.replaceAll(/\/\*|\*\/|<!--|-->|--|#/g, '')
}
