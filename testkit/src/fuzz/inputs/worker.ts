import { parentPort, workerData } from 'node:worker_threads'
import { TARGETS } from './targets.ts'
import { work } from './work.ts'

// One half of a run: as many inputs for each target, one target after the other.
const { inputs, seed } = workerData as { readonly inputs: number; readonly seed: number }
for (const [at, target] of TARGETS.entries()) parentPort?.postMessage(work(target, inputs, seed * 31 + at))
