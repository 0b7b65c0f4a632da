import { describe, expect, it } from 'vitest'
import { computedImports, readImports } from './imports.ts'
import { isTest, violations } from './layers.ts'
import { read, sourceFiles } from './repository.ts'

const files = sourceFiles()

const knownComputed = [
  'cli/src/access/diff-database.ts', // the resources of an application, in a module that its developer names
  'server/src/platform/database/embedded/binaries.ts', // PostgreSQL's package is named after the machine's platform
]

const knownViolations = [
  // Only its synchronous functions: bytes in, bytes out.
  'engines/inspection/src/read/encoding.ts node:zlib',
  // Only createRequire: an instance of cedar-wasm that trapped can be replaced by loading it anew, and by nothing else.
  'engines/policy/src/authoring/cedar.ts node:module',
]

describe('the layers of this repository', () => {
  it('were looked at, file for file', () => {
    expect(files.length).toBeGreaterThan(100)
    for (const part of ['engines/policy', 'engines/bundle', 'engines/events', 'server', 'gateway', 'sdk', 'cli']) {
      expect(files.filter((file) => file.startsWith(`${part}/src/`)).length, part).toBeGreaterThan(2)
    }
    expect(files.flatMap((file) => readImports(read(file))).length).toBeGreaterThan(300)
  })

  it('hold', () => {
    const found = files.flatMap((file) => violations(file, read(file)))
    expect(found.map(({ file, specifier }) => `${file} ${specifier}`)).toEqual(knownViolations)
  })

  it('are not avoided by an import whose target is computed', () => {
    const found = files.filter((file) => !isTest(file) && computedImports(read(file)).length > 0)
    expect(found).toEqual(knownComputed)
  })
})

describe('the import reader', () => {
  it.each([
    [`import { a } from './a.ts'`, ['./a.ts']],
    [`import type { a } from './a.ts'`, ['./a.ts']],
    [`import a, * as b from "pkg"`, ['pkg']],
    [`import {\n  a,\n  b,\n} from './ab.ts'\n`, ['./ab.ts']],
    [`export * from './a.ts'`, ['./a.ts']],
    [`export { a } from './a.ts'\nimport './b.css'`, ['./a.ts', './b.css']],
    [`const x = await import('./lazy.ts')`, ['./lazy.ts']],
    [`type T = import('./types.ts').T`, ['./types.ts']],
    [`createRequire(import.meta.url).resolve('x'); require('y'); require.resolve('z')`, ['y', 'z']],
    [`export const a = 1\nexport const from = 'x'\n`, []],
  ])('reads %j', (source, specifiers) => {
    expect(readImports(source).map((found) => found.specifier)).toEqual(specifiers)
  })

  it('sees a computed import', () => {
    expect(computedImports(`await import('./a.ts')\nawait import(name)\nconst m = import.meta.url`)).toEqual([2])
  })
})
