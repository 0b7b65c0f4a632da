const SEPARATORS = /[,;:|&=\n]/
/** Pieces below this length are words and numbers, or were looked for as they came. */
const SHORTEST_PIECE = 4

/** The forms in which an application may put a text into a query. */
export interface Forms {
  /** As it came, decoded, trimmed. */
  readonly whole: ReadonlySet<string>
  /** Without its quotes, in pieces, escaped for a literal: what part of an escaped text looks like as well. */
  readonly derived: ReadonlySet<string>
}

/** Upper and lower case are not told apart by the search, save for letters that are not ASCII. */
export function formsOf(text: string): Forms {
  // One word, as most values are: no form of it is more than one token.
  if (/^[A-Za-z0-9_]*$/.test(text)) return { whole: new Set([text]), derived: new Set() }
  const whole = new Set<string>([text])
  for (const form of decodedOf(text)) whole.add(form).add(form.trim())
  const derived = new Set<string>()
  for (const form of whole) {
    derived.add(form.trim().replace(/\s+/g, ' '))
    if (!/['"`\\\0]/.test(form)) continue
    derived.add(form.replace(/['"`]/g, '').trim()).add(form.replace(/\\/g, '').trim()).add(form.replaceAll('\0', ''))
  }
  for (const form of [...whole, ...derived]) {
    for (const pieces of [form.split(SEPARATORS), form.split(/\s+/)]) {
      if (pieces.length > 1) for (const piece of pieces) if (isTelling(piece)) derived.add(piece.trim())
    }
  }
  for (const form of [...whole, ...derived]) {
    if (form.includes("'")) derived.add(form.replaceAll("'", "''")).add(form.replaceAll("'", "\\'"))
  }
  return { whole, derived }
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
    for (const form of Array.from(decoded))
      decoded.add(form.normalize('NFKC')).add(form.toLowerCase()).add(form.toUpperCase())
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
