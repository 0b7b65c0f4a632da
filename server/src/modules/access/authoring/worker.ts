import { parentPort } from 'node:worker_threads'
import { type Check, run } from './checks.ts'

/** The thread in which Cedar looks at texts. One check at a time, in the order in which they come. */
parentPort?.on('message', (check: Check) => {
  parentPort?.postMessage({ answer: run(check) })
})
parentPort?.postMessage('ready')
