import { partsOf, splitSegment } from '../api/router.ts'

/** Whether a path is one of those that a pattern means: `/orders/{id}`, `/files/**`. */
export type PathTest = (path: string, template: string | null) => boolean

/** @param pattern segments of text with `{parameters}`; `**` at its end stands for all that follows */
export function pathTest(pattern: string): PathTest {
  if (pattern === '*' || pattern === '/**') return () => true
  const open = pattern.endsWith('/**')
  const segments = (open ? pattern.slice(0, -3) : pattern).split('/').map(partsOf)
  return (path, template) => {
    if (template === pattern) return true
    const own = path.split('/', segments.length + 1)
    if (open ? own.length < segments.length : path.split('/').length !== segments.length) return false
    return segments.every((parts, n) => fits(own[n] ?? '', parts))
  }
}

function fits(segment: string, parts: readonly string[]): boolean {
  return parts.length === 1 ? segment === parts[0] : splitSegment(segment, parts) !== null
}
