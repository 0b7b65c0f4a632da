import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './layers.ts'
import { repositoryRoot } from './repository.ts'

// A rule that nobody has seen refuse is no rule (oxlint, for one, silently drops a pattern that it cannot read).
// Each case is a file in a house of its own, linted with this repository's configuration.

const forbidden: readonly [file: string, specifier: string][] = [
  ['engines/policy/src/reads.ts', 'node:fs'],
  ['engines/policy/src/reads-later.ts', 'node:fs/promises'],
  ['engines/policy/src/authoring/asks.ts', 'node:http'],
  ['engines/policy/src/knows-bundle.ts', '@holdfast/bundle'],
  ['engines/detectors/src/knows-seclang.ts', '@holdfast/seclang'],
  ['engines/inspection/src/reads.ts', 'node:fs'],
  ['engines/inspection/src/knows-bundle.ts', '@holdfast/bundle'],
  ['engines/events/src/knows-server.ts', '@holdfast/server/main'],
  ['server/src/platform/looks-up.ts', '../modules/ledger/index.ts'],
  ['server/src/platform/database/looks-up.ts', '../../modules/ledger/store.ts'],
  ['server/src/platform/composes.ts', '../compose.ts'],
  ['server/src/modules/access/reaches-in.ts', '../ledger/store.ts'],
  ['server/src/modules/access/reaches-deeper.ts', '../ledger/tiles/index.ts'],
  ['server/src/modules/access/room/reaches-in.ts', '../../ledger/store.ts'],
  ['server/src/modules/access/room/reaches-deeper.ts', '../../ledger/tiles/index.ts'],
  ['server/src/modules/access/composes.ts', '../../compose.ts'],
  ['server/src/modules/access/room/composes.ts', '../../../compose.ts'],
  ['server/src/modules/access/uses-gateway.ts', '@holdfast/gateway/main'],
  ['server/src/modules/access/room/uses-sdk.ts', '@holdfast/sdk'],
  ['server/src/platform/uses-testkit.ts', '@holdfast/testkit'],
  ['server/src/uses-shop.ts', '@holdfast/shop/guarded'],
  ['server/src/modules/access/uses-testing.ts', '../../testing/world.ts'],
  ['sdk/src/uses-testing.ts', './testing/fake.ts'],
  ['gateway/src/knows-server.ts', '@holdfast/server'],
  ['gateway/src/knows-cli.ts', 'holdfast'],
  ['sdk/src/knows-server.ts', '@holdfast/server/main'],
  ['sdk/src/edge/knows-gateway.ts', '@holdfast/gateway'],
  ['console/src/knows-engine.ts', '@holdfast/policy'],
  ['console/src/page.tsx', '@holdfast/server'],
  ['console/src/reads.ts', 'node:fs'],
  ['examples/shop/src/knows-policy.ts', '@holdfast/policy'],
  ['examples/shop/src/guarded/knows-server.ts', '@holdfast/server/main'],
  ['cli/src/knows-inside.ts', '@holdfast/server'],
  ['cli/src/commands/knows-shop.ts', '@holdfast/shop/guarded'],
  ['cli/src/commands/knows-sdk.ts', '@holdfast/sdk'],
  ['cli/src/stack/knows-sdk.ts', '@holdfast/sdk/edge'],
]

const allowed: readonly [file: string, specifier: string][] = [
  ['engines/policy/src/hashes.ts', 'node:crypto'],
  ['engines/inspection/src/asks.ts', '@holdfast/detectors'],
  ['engines/inspection/src/asks-rules.ts', '@holdfast/seclang'],
  ['engines/bundle/src/names-events.ts', '@holdfast/events'],
  ['server/src/modules/access/asks.ts', '../ledger/index.ts'],
  ['server/src/modules/access/room/asks.ts', '../../ledger/index.ts'],
  ['server/src/modules/access/room/at-home.ts', '../store.ts'],
  ['server/src/modules/access/at-home.ts', './room/index.ts'],
  ['server/src/modules/access/stands.ts', '../../platform/database/index.ts'],
  ['server/src/modules/access/room/stands.ts', '../../../platform/work.ts'],
  ['server/src/modules/access/decides.ts', '@holdfast/policy'],
  ['server/src/platform/decides.ts', '@holdfast/events'],
  ['server/src/compose.ts', './modules/ledger/store.ts'],
  ['gateway/src/syncs.ts', '@holdfast/sdk/edge'],
  ['sdk/src/decides.ts', '@holdfast/policy'],
  ['examples/shop/src/guarded/asks.ts', '@holdfast/sdk/hono'],
  ['cli/src/starts.ts', '@holdfast/server/main'],
  ['cli/src/verifies.ts', '@holdfast/events'],
  ['cli/src/stack/starts.ts', '@holdfast/shop/guarded'],
  ['server/src/modules/access/reaches-in.test.ts', '../ledger/store.ts'],
  ['server/src/testing/processes/reaches-in.ts', '../../modules/ledger/store.ts'],
]

const impure: readonly [name: string, source: string][] = [
  ['clock', 'export const x: number = Date.now()'],
  ['date', 'export const x: Date = new Date()'],
  ['random', 'export const x: number = Math.random()'],
  ['uuid', `import { randomUUID } from 'node:crypto'\nexport const x: string = randomUUID()`],
  ['process', `export const x: string | undefined = process.env['X']`],
  ['network', `export const x: Promise<Response> = fetch('http://localhost')`],
  ['timer', 'export const x: unknown = setTimeout(() => undefined, 1)'],
]

const later = ['TO', 'DO'].join('') // spelled so that no search finds it here

let names = 0
let house: string
let refused: ReadonlySet<string>

const importing = (specifier: string) => `import { x } from '${specifier}'\n\nexport const y = [x]\n`
const impureFile = (name: string) => `engines/policy/src/impure-${name}.ts`

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'holdfast-layers-'))
  for (const [file, specifier] of [...forbidden, ...allowed]) plant(file, importing(specifier))
  for (const [name, source] of impure) plant(impureFile(name), `${source}\n`)
  plant('engines/events/src/circle-a.ts', `import { b } from './circle-b.ts'\n\nexport const a: unknown = b\n`)
  plant('engines/events/src/circle-b.ts', `import { a } from './circle-a.ts'\n\nexport const b: unknown = a\n`)
  plant(
    'sdk/src/long.ts',
    'export const x = 1\n'.repeat(501).replace(/x/g, () => `x${(names += 1)}`),
  )
  plant('sdk/src/loose.ts', 'export const x = (y: any) => y\n')
  plant('sdk/src/unfinished.ts', `// ${later}: later\nexport const x = 1\n`)
  refused = lint()
})

afterAll(() => rmSync(house, { recursive: true, force: true }))

describe('oxlint and the import reader', () => {
  it.each(forbidden)('%s may not import %s', (file, specifier) => {
    expect(violations(file, importing(specifier))).toHaveLength(1)
    expect(refused).toContain(file)
  })

  it.each(allowed)('%s may import %s', (file, specifier) => {
    expect(violations(file, importing(specifier))).toEqual([])
    expect(refused).not.toContain(file)
  })
})

describe('oxlint', () => {
  it.each(impure)('refuses an engine its %s', (name) => expect(refused).toContain(impureFile(name)))

  it('refuses a cycle, 501 lines, any, and work left for later', () => {
    expect(refused).toContain('engines/events/src/circle-a.ts')
    expect(refused).toContain('sdk/src/long.ts')
    expect(refused).toContain('sdk/src/loose.ts')
    expect(refused).toContain('sdk/src/unfinished.ts')
  })
})

it('the reader refuses a way into another package by its files', () => {
  expect(violations('gateway/src/a.ts', importing('../../server/src/main.ts'))).toHaveLength(1)
  expect(violations('server/src/main.ts', importing('./modules/ledger/store.ts'))).toHaveLength(1)
})

function plant(file: string, source: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), source)
}

/** @returns the files that the repository's own configuration refuses; its type-aware half needs a whole project and is left out */
function lint(): ReadonlySet<string> {
  const { options, ...configuration } = JSON.parse(readFileSync(join(repositoryRoot, '.oxlintrc.json'), 'utf8')) as {
    options: object
  }
  expect(options).toMatchObject({ typeAware: true })
  plant('.oxlintrc.json', JSON.stringify(configuration))
  const found = output(process.execPath, [join(repositoryRoot, 'node_modules/oxlint/bin/oxlint'), '-f', 'json', '.'])
  const { diagnostics } = JSON.parse(found) as { diagnostics: { code: string; filename: string }[] }
  return new Set(diagnostics.map((diagnostic) => diagnostic.filename))
}

/** What a command prints; oxlint exits with 1 when it refuses, which is what we came for. */
function output(command: string, parameters: readonly string[]): string {
  try {
    return execFileSync(command, parameters, { cwd: house, encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
