import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.ts'

export interface Project {
  readonly folder: string
  /** The text of its package.json. */
  readonly manifest: string
  readonly name: string
  readonly isModule: boolean
}

export function readProject(folder: string): Project {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) {
    throw new Failure({
      code: 'no_project',
      detail: `There is no package.json in ${folder}.`,
      mend: 'Run this in the directory of the backend that you want to guard.',
    })
  }
  const manifest = readFileSync(path, 'utf8')
  const { name, type } = parsed(manifest, path)
  return {
    folder,
    manifest,
    name: typeof name === 'string' && name !== '' ? name : basename(folder),
    isModule: type === 'module',
  }
}

/** Node loads this file as an ES module whatever it holds, and nothing compiles it to CommonJS. */
export function isModuleForCertain(path: string, { isModule }: Project): boolean {
  return /\.m[jt]s$/.test(path) || (isModule && /\.[jt]sx?$/.test(path))
}

/** An application's id: lower-case letters, digits and dashes, beginning with a letter, at most 63 long. */
export function slug(name: string): string {
  const made = name
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 63)
  return made === '' ? 'app' : made
}

/** @returns package.json with the SDK among its dependencies, in the form that it had */
export function withSdk({ manifest, folder }: Project, version: string): string {
  const whole = parsed(manifest, 'package.json')
  const dependencies = (whole['dependencies'] ?? {}) as Record<string, string>
  if (dependencies['@holdfast/sdk'] !== undefined) return manifest
  const named = Object.entries({ ...dependencies, '@holdfast/sdk': sdkVersion(folder, version) })
  const sorted = Object.fromEntries(named.toSorted(([left], [right]) => (left < right ? -1 : 1)))
  const indent = /^\{\s*?\n([ \t]+)/.exec(manifest)?.[1] ?? '  '
  const ending = manifest.endsWith('\n') ? '\n' : ''
  const text = JSON.stringify({ ...whole, dependencies: sorted }, null, indent) + ending
  return manifest.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}

/** From a checkout, the checkout itself; from the registry, the version that this command has. */
function sdkVersion(folder: string, version: string): string {
  const beside = fileURLToPath(new URL('../../../sdk', import.meta.url))
  if (!existsSync(join(beside, 'package.json'))) return version
  return `file:${relative(folder, beside).split(sep).join('/')}`
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (cause) {
    throw new Failure({ code: 'no_project', detail: `${path} is no JSON.`, cause })
  }
}
