import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import type { Lane } from './lanes.ts'

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }

/** `N passed, N failed[, N skipped]`: the form that scripts and people read at the end of every run of ours. */
export function countLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Says which lanes were left out, and closes the run with one plain line of counts. */
export class CountReporter implements Reporter {
  readonly #lanes: readonly Lane[]

  constructor(lanes: readonly Lane[]) {
    this.#lanes = lanes
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const lane of this.#lanes) {
      if (!lane.chosen) {
        process.stdout.write(`lane ${lane.name}: not run (needs ${lane.needs}; HOLDFAST_LANES=${lane.name} runs it)\n`)
      }
    }
    process.stdout.write(`${countLine(count(modules, unhandled.length))}\n`)
  }
}

/** A file that could not be read counts as one failure, and so does an error that no test has caught. */
function count(modules: readonly TestModule[], unhandled: number): Counts {
  const counts = { passed: 0, failed: unhandled, skipped: 0 }
  for (const module of modules) {
    let failedTests = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed += 1
      else if (state === 'failed') failedTests += 1
      else counts.skipped += 1
    }
    counts.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests
  }
  return counts
}
