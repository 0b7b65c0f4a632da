const SEPARATORS = /[,;:|&=\n]/
/** Pieces below this length are words and numbers, or were looked for as they came. */
const SHORTEST_PIECE = 4

/**
 * The forms in which an application may put a text into a query: as it came, decoded, trimmed, without quotes, with quotes doubled, in pieces.
 * Upper and lower case are not among them: the search does not tell them apart, save for letters that are not ASCII.
 */
export function formsOf(text: string): ReadonlySet<string> {
  const forms = new Set<string>([text])
  // One word, as most values are: no form of it is more than one token.
  if (/^[A-Za-z0-9_]*$/.test(text)) return forms
  for (const form of decodedOf(text)) {
    const blanks = form.trim()
    forms.add(form).add(blanks).add(blanks.replace(/\s+/g, ' '))
    if (/['"`\\\0]/.test(form)) {
      forms.add(form.replace(/['"`]/g, '').trim()).add(form.replace(/'/g, "''")).add(form.replace(/\\/g, '').trim())
      forms.add(form.replace(/'/g, "\\'")).add(form.replaceAll('\0', ''))
    }
  }
  for (const form of [...forms]) {
    for (const pieces of [form.split(SEPARATORS), form.split(/\s+/)]) {
      if (pieces.length > 1) for (const piece of pieces) if (isTelling(piece)) forms.add(piece.trim())
    }
  }
  return forms
}

function isTelling(piece: string): boolean {
  return piece.length >= SHORTEST_PIECE && /[^A-Za-z0-9_\s]|\S\s+\S/.test(piece)
}

function decodedOf(text: string): ReadonlySet<string> {
  const decoded = new Set([text])
  if (/[%+]/.test(text)) {
    for (const start of [text, text.replaceAll('+', ' ')]) {
      const once = percentDecoded(start)
      decoded.add(once).add(percentDecoded(once))
    }
  }
  // oxlint-disable-next-line no-control-regex -- what is not ASCII
  if (/[^\x00-\x7f]/.test(text)) {
    for (const form of [...decoded]) decoded.add(form.normalize('NFKC')).add(form.toLowerCase()).add(form.toUpperCase())
  }
  return decoded
}

/** An escape that is none, or that makes no text, stays as it is, whatever stands beside it. */
function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}
