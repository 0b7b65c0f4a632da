/** Settings by the part of the page that they stand in. */
const settings: readonly (readonly [part: string, ...settings: string[]])[] = [
  ['inspection', 'inspection'],
  ['document', 'inspection.document', 'inspection.unknown'],
  ['exceptions', 'inspection.exceptions', 'inspection.ruleExceptions'],
  ['routes', 'routes', 'policy'],
  ['csrf', 'csrf'],
  ['headers', 'headers'],
  ['csp', 'csp'],
  ['limits', 'limits'],
  ['addresses', 'addresses'],
  ['upstreams', 'upstreams'],
]

/** The part that a setting stands in: the one that names it most exactly; `json` where none does. */
export function partOf(path: string): string {
  const fits = settings
    .flatMap(([part, ...names]) => names.map((name) => ({ part, name })))
    .filter(({ name }) => path === name || path.startsWith(`${name}.`))
    .toSorted((a, b) => b.name.length - a.name.length)
  return fits[0]?.part ?? 'json'
}
