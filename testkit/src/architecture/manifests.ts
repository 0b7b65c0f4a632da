import { allFiles, read } from './repository.ts'

export type Manifest = {
  readonly path: string
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Every package.json of the repository, `bench/` (its own lockfile) included; the root first. */
export function manifests(): readonly Manifest[] {
  return allFiles()
    .filter((path) => /(?:^|\/)package\.json$/.test(path))
    .map((path) => ({ ...(JSON.parse(read(path)) as Manifest), path, folder: path.replace(/\/?package\.json$/, '') }))
    .toSorted((left, right) => left.folder.localeCompare(right.folder))
}

/** What is installed for a package. Peers are not: the application brings them, so they may be ranges. */
export function asked(manifest: Manifest): readonly (readonly [name: string, version: string])[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  return [dependencies, devDependencies, optionalDependencies].flatMap((group) => Object.entries(group ?? {}))
}
