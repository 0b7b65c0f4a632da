import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asked, manifests, type Manifest } from './manifests.ts'
import { allFiles, read } from './repository.ts'

const all = manifests()
// `bench` and `testkit/clients` have lock files of their own: what they need is not installed with the product.
const workspaces = all.filter(({ folder }) => folder !== '' && !/^(?:bench|testkit\/clients)/.test(folder))
const byName = new Map(workspaces.map((manifest) => [manifest.name, manifest]))

type Lock = {
  packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string; link?: boolean }>
}

function references(folder: string): readonly string[] {
  const { references: listed } = JSON.parse(read(posix.join(folder, 'tsconfig.json'))) as {
    references?: { path: string }[]
  }
  return (listed ?? []).map(({ path }) => posix.join(folder, path))
}

function dependsOn(manifest: Manifest): readonly string[] {
  return asked(manifest).flatMap(([name]) => byName.get(name)?.folder ?? [])
}

describe('packages', () => {
  it('are all seen', () => expect(workspaces.length).toBeGreaterThanOrEqual(10))

  // tsc -b passes without an entry, and then builds in the wrong order on a clean clone.
  it.each(workspaces.map((manifest) => [manifest.folder, manifest] as const))(
    '%s: tsconfig references == workspace dependencies',
    (folder, manifest) => {
      expect(references(folder).toSorted()).toEqual([...new Set(dependsOn(manifest))].toSorted())
    },
  )

  it('are all built by the root tsconfig', () => {
    expect(references('').toSorted()).toEqual(workspaces.map((manifest) => manifest.folder).toSorted())
  })

  it('are all copied into the image before npm ci', () => {
    const dockerfile = read('Dockerfile')
    const copied = workspaces.filter(({ folder }) => dockerfile.includes(`COPY ${folder}/package.json ${folder}/\n`))
    expect(copied.map(({ folder }) => folder)).toEqual(workspaces.map(({ folder }) => folder))
  })

  it('ask for exact versions, and for each other at the version that they have', () => {
    const loose = all.flatMap((manifest) =>
      asked(manifest)
        .filter(([name, version]) =>
          byName.has(name) ? version !== byName.get(name)?.version : !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
        )
        .map(([name, version]) => `${manifest.path}: ${name} ${version}`),
    )
    expect(loose).toEqual([])
  })

  it('agree on the version of what they share', () => {
    const versions = new Map<string, Set<string>>()
    for (const [name, version] of all.flatMap(asked)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
    expect([...versions].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([])
  })
})

describe.each(allFiles().filter((path) => path.endsWith('package-lock.json')))('%s', (path) => {
  const { packages } = JSON.parse(read(path)) as Lock

  // npm install silently drops an optional dependency that the registry lacks, and npm ci then fails on every machine.
  it('holds an entry for every optional dependency', () => {
    const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, '')))
    const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    if (path !== 'testkit/clients/package-lock.json') expect(optional.length).toBeGreaterThan(0)
    expect(optional.filter((name) => !names.has(name))).toEqual([])
  })

  it('holds no download addresses', () => {
    expect(Object.values(packages).filter((entry) => entry.resolved !== undefined && entry.link !== true)).toEqual([])
  })
})
