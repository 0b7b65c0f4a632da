import { readdirSync, readFileSync } from 'node:fs'

/** The application in which Holdfast decides about itself. */
export const ownApplication = 'holdfast'

export interface OwnPolicies {
  readonly schema: string
  readonly policies: ReadonlyMap<string, string>
}

/** Reads the built-in schema and policies from beside this file: they are Cedar, to be read as such. */
export function loadOwnPolicies(): OwnPolicies {
  const here = new URL('.', import.meta.url)
  const files = readdirSync(new URL('policies/', here)).filter((name) => name.endsWith('.cedar'))
  return {
    schema: readFileSync(new URL('schema.cedarschema', here), 'utf8'),
    policies: new Map(
      files
        .toSorted()
        .map((name) => [name.slice(0, -'.cedar'.length), readFileSync(new URL(`policies/${name}`, here), 'utf8')]),
    ),
  }
}
