/**
 * A second, independent implementation: it knows nothing of our parser, programs and automata. Patterns are made as trees, which are written down in
 * the syntax, and matched by sets of end positions in order of preference: polynomial, and short enough to be believed.
 */
export type Tree =
  | { readonly is: 'bytes'; readonly written: string; readonly has: (byte: number) => boolean }
  | { readonly is: 'anchor'; readonly written: string; readonly holds: (text: string, at: number) => boolean }
  | { readonly is: 'both'; readonly parts: readonly Tree[] }
  | { readonly is: 'either'; readonly parts: readonly Tree[] }
  | { readonly is: 'times'; readonly part: Tree; readonly min: number; readonly max: number; readonly lazy: boolean }
  | { readonly is: 'captured'; readonly part: Tree }
  | { readonly is: 'caseless'; readonly part: Tree }

export function written(tree: Tree): string {
  switch (tree.is) {
    case 'bytes':
    case 'anchor':
      return tree.written
    case 'both':
      return tree.parts.map((part) => (part.is === 'either' ? `(?:${written(part)})` : written(part))).join('')
    case 'either':
      return tree.parts.map(written).join('|')
    case 'captured':
      return `(${written(tree.part)})`
    case 'caseless':
      return `(?i:${written(tree.part)})`
    default:
      return `(?:${written(tree.part)})${count(tree.min, tree.max)}${tree.lazy ? '?' : ''}`
  }
}

function count(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

/** @returns the match that begins first from `from` on, and of those the preferred one */
export function referenceFind(tree: Tree, text: string, from = 0): { start: number; end: number } | undefined {
  for (let start = from; start <= text.length; start++) {
    const [end] = ends(tree, text, start, false)
    if (end !== undefined) return { start, end }
  }
  return undefined
}

/** Where matches that begin at a place end, the preferred first, each once. */
function ends(tree: Tree, text: string, at: number, caseless: boolean): number[] {
  switch (tree.is) {
    case 'bytes':
      return at < text.length && hasByte(tree.has, text.charCodeAt(at), caseless) ? [at + 1] : []
    case 'anchor':
      return tree.holds(text, at) ? [at] : []
    case 'both':
      return tree.parts.reduce<number[]>(
        (places, part) => once(places.flatMap((place) => ends(part, text, place, caseless))),
        [at],
      )
    case 'either':
      return once(tree.parts.flatMap((part) => ends(part, text, at, caseless)))
    case 'captured':
      return ends(tree.part, text, at, caseless)
    case 'caseless':
      return ends(tree.part, text, at, true)
    default:
      return turns(tree, text, at, caseless, 0, new Map())
  }
}

function turns(
  tree: Tree & { is: 'times' },
  text: string,
  at: number,
  caseless: boolean,
  done: number,
  known: Map<string, number[]>,
): number[] {
  if (done >= tree.max) return [at]
  const key = `${at},${Math.min(done, tree.max === Infinity ? tree.min : done)}`
  const before = known.get(key)
  if (before !== undefined) return before
  const more = ends(tree.part, text, at, caseless).flatMap((place) =>
    // A turn without a byte ends the loop, once there were enough turns.
    place === at && done >= tree.min ? [at] : turns(tree, text, place, caseless, done + 1, known),
  )
  const found = done < tree.min ? once(more) : once(tree.lazy ? [at, ...more] : [...more, at])
  known.set(key, found)
  return found
}

function hasByte(has: (byte: number) => boolean, byte: number, caseless: boolean): boolean {
  if (!caseless || !/[A-Za-z]/.test(String.fromCharCode(byte))) return has(byte)
  return has(byte) || has(byte ^ 0x20)
}

function once(places: readonly number[]): number[] {
  return [...new Set(places)]
}
