export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Lines beyond which two texts are shown as removed and added whole: the table below would be large. */
const MOST = 2000

/** The lines of two texts in one list: those that only the old one has before those that only the new one has. */
export function lineDiff(old: string, now: string): readonly DiffLine[] {
  const a = old.split('\n')
  const b = now.split('\n')
  if (a.length > MOST || b.length > MOST) {
    return [...a.map((text) => line('removed', text)), ...b.map((text) => line('added', text))]
  }
  const common = lengths(a, b)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(line('same', a[i] ?? ''))
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push(line('removed', a[i] ?? ''))
      i += 1
    } else {
      lines.push(line('added', b[j] ?? ''))
      j += 1
    }
  }
  return lines
}

/** Of each two ends of the texts, how many lines they have in common, in order. */
function lengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i]
      if (row === undefined) continue
      row[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return table
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text }
}
