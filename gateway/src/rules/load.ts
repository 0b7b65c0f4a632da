import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sqli, xss } from '@holdfast/detectors'
import { createEngine, type Engine, RECOMMENDED } from '@holdfast/seclang'

const mostFiles = 2000
const mostBytes = 64 * 1024 * 1024
const ours = 'holdfast-recommended.conf'

/**
 * Compiles the rules of a directory: its `main.conf` alone where there is one; else its own `*.conf` by their names
 * (`crs-setup.conf.example` where there is no `crs-setup.conf`), then those in `rules/`. `RECOMMENDED` comes before all.
 * @param clock milliseconds since 1970
 * @throws SecLangError, or the file system's error
 */
export function loadRules(directory: string, clock: () => number): Engine {
  const files = filesOf(directory)
  const entries = [ours, ...entriesOf([...files.keys()])]
  return createEngine({ files: new Map([...files, [ours, RECOMMENDED]]), entries, clock, detectors: { sqli, xss } })
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

function entriesOf(names: readonly string[]): readonly string[] {
  if (names.includes('main.conf')) return ['main.conf']
  const own = names.filter((name) => /^[^/]*\.conf$/.test(name))
  const example = 'crs-setup.conf.example'
  const setup = !own.includes('crs-setup.conf') && names.includes(example) ? [example] : []
  const entries = [...setup, ...own, ...names.filter((name) => /^rules\/[^/]*\.conf$/.test(name))]
  if (entries.length === 0) throw new Error('There are no rules: main.conf, *.conf or rules/*.conf.')
  return entries
}
