import { hash } from 'node:crypto'

// The recursive definitions of RFC 6962, 2.1, and of draft-ietf-plants-merkle-tree-certs, 4, as they stand there and with nothing of ours:
// slow, and what everything else is compared with.

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer')
}

function split(count: number): number {
  let k = 1
  while (k * 2 < count) k *= 2
  return k
}

/** MTH(D[n]) */
export function treeHash(entries: readonly Uint8Array[]): Buffer {
  const [first] = entries
  if (first === undefined) return sha256()
  if (entries.length === 1) return sha256(Buffer.of(0), first)
  const k = split(entries.length)
  return sha256(Buffer.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)))
}

/** PATH(m, D[n]) */
export function path(m: number, entries: readonly Uint8Array[]): Buffer[] {
  if (entries.length <= 1) return []
  const k = split(entries.length)
  return m < k
    ? [...path(m, entries.slice(0, k)), treeHash(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), treeHash(entries.slice(0, k))]
}

/** SUBTREE_SUBPROOF(start, end, D_n, b) */
export function subproof(start: number, end: number, entries: readonly Uint8Array[], b = true): Buffer[] {
  if (start === 0 && end === entries.length) return b ? [] : [treeHash(entries)]
  const k = split(entries.length)
  const [left, right] = [entries.slice(0, k), entries.slice(k)]
  if (end <= k) return [...subproof(start, end, left, b), treeHash(right)]
  if (k <= start) return [...subproof(start - k, end - k, right, b), treeHash(left)]
  return [...subproof(0, end - k, right, false), treeHash(left)]
}
