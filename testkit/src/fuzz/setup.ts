import fc from 'fast-check'

// Every property of the repository takes its number of runs and its seed from here, unless it names its own:
// HOLDFAST_FUZZ_RUNS makes fuzzes long, HOLDFAST_FUZZ_SEED makes them the same sample each time (CI).
const runs = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? '')
const seed = Number(process.env['HOLDFAST_FUZZ_SEED'] ?? '')

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(runs > 0 && { numRuns: runs }),
  ...(seed > 0 && { seed }),
})
