// `npm run fuzz`: runs every test file that uses fast-check, long. HOLDFAST_FUZZ_RUNS (default 20,000 per property)
// and HOLDFAST_FUZZ_SEED are taken from the environment; further arguments go to vitest (a file, `-t name`).
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot, sourceFiles } from '../architecture/repository.ts'

const files = sourceFiles().filter(
  (path) => path.endsWith('.test.ts') && /from 'fast-check'/.test(readFileSync(join(repositoryRoot, path), 'utf8')),
)
if (files.length === 0) throw new Error('no test file uses fast-check')

const child = spawn(
  process.execPath,
  [join(repositoryRoot, 'node_modules/vitest/vitest.mjs'), 'run', ...files, ...process.argv.slice(2)],
  {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: { ...process.env, HOLDFAST_FUZZ_RUNS: process.env['HOLDFAST_FUZZ_RUNS'] ?? '20000' },
  },
)
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
