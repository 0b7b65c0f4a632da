import { stringify } from 'yaml'
import { leaves, type Shape } from './leaves.ts'

const hidden = '(set, not shown)'

/** The configuration in force as YAML, each value that is not a default with where it came from, secrets left out. */
export function printConfig(shape: Shape, config: object, origins: ReadonlyMap<string, string>): string {
  const secret = new Set(leaves(shape).flatMap((leaf) => (leaf.secret ? [leaf.path] : [])))
  const shown = (value: unknown, path: string): unknown => {
    if (value !== undefined && secret.has(path)) return hidden
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      shown(inner, path === '' ? key : `${path}.${key}`),
    ])
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined))
  }
  const lines = [...origins].map(([path, origin]) => `# ${path} from ${origin}`)
  return [stringify(shown(config, '')).trimEnd(), ...lines].join('\n')
}
