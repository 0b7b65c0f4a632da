// An import reader of our own: TypeScript 7 has no JavaScript interface, and dependency-cruiser answers "no violations
// (0 modules)" under it. It reads source text as biome formats it: statements begin a line.

export type Import = { readonly specifier: string; readonly line: number }

const forms = [
  /^\s*(?:import|export)\s[^'"`;]*?\sfrom\s+['"]([^'"]+)['"]/gm, // import x from 'y', export { x } from 'y'; over several lines too
  /^\s*import\s+['"]([^'"]+)['"]/gm, // import 'y'
  /\bimport\(\s*['"`]([^'"`]+)['"`]/g, // import('y'), and import('y').Type
  /\brequire(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g,
  /\bimport\.meta\.resolve\(\s*['"]([^'"]+)['"]/g,
] as const

/** Every specifier that a file names, in the order of its lines. Comments are not skipped: better one too many. */
export function readImports(source: string): readonly Import[] {
  return forms
    .flatMap((form) => [...source.matchAll(form)])
    .toSorted((left, right) => left.index - right.index)
    .map((match) => ({
      specifier: match[1] ?? '',
      line: source.slice(0, match.index + match[0].length).split('\n').length,
    }))
}

/** Imports whose target only the running program knows; the layer table cannot judge them. Lines, from 1. */
export function computedImports(source: string): readonly number[] {
  return [...source.matchAll(/\bimport\(\s*(?!['"`])[^)\s]/g)].map(
    (match) => source.slice(0, match.index).split('\n').length,
  )
}
