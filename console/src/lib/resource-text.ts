import type { Resource } from '../api/types.ts'

/** Resources as text: the identifier begins a line, its scopes are indented under it, each followed by its description. */
export function resourcesText(resources: readonly Resource[]): string {
  return resources
    .flatMap(({ identifier, scopes }) => [
      identifier,
      ...scopes.map(({ name, description }) => `  ${name}  ${description}`.trimEnd()),
    ])
    .join('\n')
}

/** The other way round. Indented lines before any identifier belong to nothing and are left out. */
export function resourcesOf(text: string): Resource[] {
  const found: { identifier: string; scopes: { name: string; description: string }[] }[] = []
  for (const line of text.split('\n')) {
    const words = line.trim()
    if (words === '') continue
    if (/^\s/u.test(line)) {
      const [name = '', ...rest] = words.split(/\s+/u)
      found.at(-1)?.scopes.push({ name, description: rest.join(' ') })
    } else {
      found.push({ identifier: words, scopes: [] })
    }
  }
  return found
}
