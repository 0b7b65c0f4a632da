import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sqli, xss } from '@holdfast/detectors'
import { createEngine, type Engine, RECOMMENDED } from '@holdfast/seclang'
import { Collections } from './collections.ts'

const mostFiles = 2000
const mostBytes = 64 * 1024 * 1024
const ours = 'holdfast-recommended.conf'

/** The files of a directory of rules, latin1, and which of them are read, in this order. */
export interface RuleFiles {
  readonly files: ReadonlyMap<string, string>
  readonly entries: readonly string[]
}

/**
 * Compiles the rules of a directory.
 * @param clock milliseconds since 1970
 * @throws SecLangError, or the file system's error
 */
export function loadRules(directory: string, clock: () => number): Engine {
  return compileRules(readRules(directory), clock)
}

/** @throws SecLangError */
export function compileRules({ files, entries }: RuleFiles, clock: () => number): Engine {
  return createEngine({ files, entries, clock, detectors: { sqli, xss }, store: new Collections() })
}

/**
 * What a directory of rules holds: its `main.conf` alone is read where there is one; else its own `*.conf` by their names
 * (`crs-setup.conf.example` where there is no `crs-setup.conf`), then those in `rules/` with those of `plugins/` around them, in the order
 * that the Core Rule Set names. `RECOMMENDED` comes before all.
 * @throws the file system's error
 */
export function readRules(directory: string): RuleFiles {
  const files = filesOf(directory)
  const entries = [ours, ...entriesOf([...files.keys()])]
  return { files: new Map([...files, [ours, RECOMMENDED]]), entries }
}

function filesOf(directory: string): Map<string, string> {
  const files = new Map<string, string>()
  let left = mostBytes
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()) {
    // Rules, their data and their examples; a checkout holds much else.
    if (!/\.(?:conf|data|example)$/.test(name) || /(?:^|\/)(?:\.git|tests|node_modules)\//.test(name)) continue
    const path = join(directory, name)
    if (!statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    left -= bytes.length
    if (left < 0 || files.size >= mostFiles) throw new Error(`${directory} holds more than rules: it is too large.`)
    files.set(name, bytes.toString('latin1'))
  }
  return files
}

/** coreruleset.org/docs/concepts/plugins: what configures plugins, what goes before the rules, the rules, what goes after. */
const order = [
  /^plugins\/[^/]*-config\.conf$/,
  /^plugins\/[^/]*-before\.conf$/,
  /^rules\/[^/]*\.conf$/,
  /^plugins\/[^/]*-after\.conf$/,
]

function entriesOf(names: readonly string[]): readonly string[] {
  if (names.includes('main.conf')) return ['main.conf']
  const own = names.filter((name) => /^[^/]*\.conf$/.test(name))
  const example = 'crs-setup.conf.example'
  const setup = !own.includes('crs-setup.conf') && names.includes(example) ? [example] : []
  const entries = [...setup, ...own, ...order.flatMap((part) => names.filter((name) => part.test(name)))]
  if (entries.length === 0) throw new Error('There are no rules: main.conf, *.conf or rules/*.conf.')
  return entries
}
