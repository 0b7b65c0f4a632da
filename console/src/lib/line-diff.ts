export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Lines that differ beyond which two texts are shown as removed and added whole: the table below would be large. */
const MOST = 2000

/** The lines of two texts in one list: those that only the old one has before those that only the new one has. */
export function lineDiff(old: string, now: string): readonly DiffLine[] {
  const a = old.split('\n')
  const b = now.split('\n')
  const [head, tail] = commonEnds(a, b)
  return [
    ...a.slice(0, head).map((text) => line('same', text)),
    ...changed(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map((text) => line('same', text)),
  ]
}

/** How many lines the two have in common at their beginnings and at their ends. */
function commonEnds(a: readonly string[], b: readonly string[]): readonly [number, number] {
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  return [head, tail]
}

function changed(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
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

/** Lines to show, or how many alike were left out in between. */
export type DiffPart = { readonly lines: readonly DiffLine[] } | { readonly skipped: number }

/** The changed lines with some around them; what lies further off is counted. */
export function nearChanges(lines: readonly DiffLine[], around = 3): readonly DiffPart[] {
  const near = new Uint8Array(lines.length)
  lines.forEach(({ kind }, index) => {
    if (kind !== 'same') near.fill(1, Math.max(0, index - around), index + around + 1)
  })
  const parts: DiffPart[] = []
  for (let start = 0; start < lines.length; ) {
    let end = start
    while (end < lines.length && near[end] === near[start]) end += 1
    parts.push(near[start] === 1 ? { lines: lines.slice(start, end) } : { skipped: end - start })
    start = end
  }
  return parts
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text }
}
