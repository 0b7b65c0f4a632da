import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { readImports } from './imports.ts'

// Who may import whom: the table of DESIGN.md ("The house"), read a second time, independently of .oxlintrc.json.

export type Violation = {
  readonly file: string
  readonly line: number
  readonly specifier: string
  readonly rule: string
}

type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ours'; readonly name: string; readonly subpath: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'foreign'; readonly name: string }

const engines = ['policy', 'bundle', 'events', 'match', 'detectors', 'seclang', 'sigma', 'merkle', 'envelope', 'pki']
  .concat('advisories', 'manifests', 'inspection', 'http-guard')
  .map((name) => `@holdfast/${name}`)

/** @returns what the layer table forbids in this file; tests are free */
export function violations(file: string, source: string): readonly Violation[] {
  if (isTest(file)) return []
  return readImports(source).flatMap(({ specifier, line }) => {
    const rule = broken(file, resolve(file, specifier))
    return rule === undefined ? [] : [{ file, line, specifier, rule }]
  })
}

/** Tests, and what only they use. */
export function isTest(file: string): boolean {
  return /\.test(-d)?\.tsx?$|\/src\/(?:.*\/)?test(?:ing)?\//.test(file)
}

function resolve(file: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(file), specifier) }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return { kind: 'builtin', name: specifier.replace(/^node:/, '') }
  }
  const [scope = '', second = '', ...rest] = specifier.split('/')
  if (scope === '@holdfast') return { kind: 'ours', name: `${scope}/${second}`, subpath: rest.join('/') }
  if (scope === 'holdfast') return { kind: 'ours', name: scope, subpath: [second, ...rest].join('/') }
  return { kind: 'foreign', name: specifier }
}

function broken(file: string, target: Target): string | undefined {
  if (target.kind === 'foreign') return undefined
  if (target.kind === 'builtin') return brokenBuiltin(file, target.name)
  if (target.kind === 'ours') return mayImport(file, target.name, target.subpath)
  const home = packageOf(file)
  if (isTest(target.path)) return 'what only tests use is not for the product'
  if (packageOf(target.path) !== home) return 'another package only by its name'
  return home === 'server' ? brokenInServer(file, target.path) : undefined
}

function brokenBuiltin(file: string, name: string): string | undefined {
  if (file.startsWith('engines/') && name !== 'crypto') return 'engines do no IO: of Node only node:crypto'
  if (file.startsWith('console/src/')) return 'the console runs in a browser'
  return undefined
}

/** engines/policy, examples/shop, server, ... */
function packageOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'engines' || first === 'examples' ? `${first}/${second}` : first
}

function mayImport(file: string, name: string, subpath: string): string | undefined {
  const home = packageOf(file)
  const own = home === 'cli' ? 'holdfast' : `@holdfast/${home.split('/').at(-1)}`
  if (name === own || home === 'testkit') return undefined
  if (home.startsWith('engines/')) {
    // ADR 22: inspection puts the other engines of request protection together.
    const more = home === 'engines/inspection' ? ['@holdfast/detectors', '@holdfast/seclang'] : []
    // A bundle carries the settings of request protection, and http-guard says what they are.
    if (home === 'engines/bundle') more.push('@holdfast/http-guard')
    return ['@holdfast/events', '@holdfast/match', ...more].includes(name)
      ? undefined
      : 'engines import of ours only events, match'
  }
  if (home.startsWith('examples/')) return name === '@holdfast/sdk' ? undefined : 'an example sees the SDK only'
  if (home === 'console') return 'the console speaks HTTP'
  if (engines.includes(name)) return undefined
  if (home === 'gateway') {
    return name === '@holdfast/sdk' && ['edge', 'edge/decisions', 'edge/guard'].includes(subpath ?? '')
      ? undefined
      : "the gateway imports engines and the SDK's edge only"
  }
  if (home === 'cli') return mayCliImport(file, name, subpath)
  return `${home} imports engines only`
}

function mayCliImport(file: string, name: string, subpath: string): string | undefined {
  if (name === '@holdfast/server') return subpath === 'main' ? undefined : "the CLI imports only the server's main"
  if (name === '@holdfast/gateway') return undefined
  if (name === '@holdfast/shop' && /^cli\/src\/(?:stack|lab)\//.test(file)) return undefined
  return 'the CLI imports engines, the gateway, and for the stack and the lab the shop'
}

function brokenInServer(file: string, target: string): string | undefined {
  const from = moduleOf(file)
  const to = moduleOf(target)
  if (file.startsWith('server/src/platform/')) {
    return target.startsWith('server/src/platform/') ? undefined : 'the platform imports only the platform'
  }
  if (from === undefined) {
    if (to === undefined || file === 'server/src/compose.ts') return undefined
    return target === `server/src/modules/${to}/index.ts` ? undefined : 'only compose.ts sees into modules'
  }
  if (to === from || target.startsWith('server/src/platform/')) return undefined
  if (to === undefined) return 'a module imports engines, the platform and other modules'
  return target === `server/src/modules/${to}/index.ts` ? undefined : 'another module only by its index.ts'
}

function moduleOf(path: string): string | undefined {
  return /^server\/src\/modules\/([^/]+)\//.exec(path)?.[1]
}
