// `npm run fuzz`: runs every test file that uses fast-check, long. HOLDFAST_FUZZ_RUNS (default 20,000 per property)
// and HOLDFAST_FUZZ_SEED are taken from the environment; further arguments go to vitest (a file, `-t name`).
// `npm run fuzz -- policy` and `-- policy-sql` run a program of their own instead, which counts what it compares; further arguments go to it.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot, sourceFiles } from '../architecture/repository.ts'

const programs: Readonly<Record<string, string>> = {
  policy: 'engines/policy/src/testing/main.ts',
  inputs: 'testkit/src/fuzz/inputs/main.ts',
  'policy-sql': 'server/src/testing/policy-sql/main.ts',
}

// `--inputs N` and `--seed S` throw so many inputs at everything that reads what strangers send.
const given = process.argv.slice(2)
const [name = '', ...others] = /^--(?:inputs|seed)(?:=|$)/.test(given[0] ?? '') ? ['inputs', ...given] : given
const program = Object.hasOwn(programs, name) ? programs[name] : undefined
if (program !== undefined) run([program, ...others], {})
else run(['node_modules/vitest/vitest.mjs', 'run', ...propertyTests(), ...process.argv.slice(2)], longRuns())

function propertyTests(): string[] {
  const files = sourceFiles().filter(
    (path) => path.endsWith('.test.ts') && /from 'fast-check'/.test(readFileSync(join(repositoryRoot, path), 'utf8')),
  )
  if (files.length === 0) throw new Error('no test file uses fast-check')
  return files
}

function longRuns(): Readonly<Record<string, string>> {
  return { HOLDFAST_FUZZ_RUNS: process.env['HOLDFAST_FUZZ_RUNS'] ?? '20000' }
}

function run([file = '', ...args]: readonly string[], environment: Readonly<Record<string, string>>): void {
  const child = spawn(process.execPath, [join(repositoryRoot, file), ...args], {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
