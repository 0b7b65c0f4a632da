import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { chosenLanes } from './testkit/src/run/lanes.ts'
import { CountReporter } from './testkit/src/run/count-reporter.ts'

// Dozens of tests start servers of their own: half of what such a start costs is compiling what others have compiled.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

const packages = '{server,gateway,sdk,cli,console,testkit,examples/*}'
const lanes = chosenLanes(process.env)
// Loaded only when somebody asks for other runs or another seed: fast-check costs each isolated file its import.
const fuzzing = ['HOLDFAST_FUZZ_RUNS', 'HOLDFAST_FUZZ_SEED'].some((name) => process.env[name] !== undefined)
const setupFiles = fuzzing ? ['./testkit/src/fuzz/setup.ts'] : []

const shared = {
  setupFiles,
  // Bounds for what hangs, and none for what is slow: a busy machine says nothing about us, and is no failure.
  testTimeout: fuzzing ? 900_000 : 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
}
// One PostgreSQL for all projects that have a file to run; an engine needs none.
const globalSetup = ['./testkit/src/postgres/global-setup.ts']
const exclude = ['**/node_modules/**', '**/dist/**']
// The files of one worker share its modules: half of the time of a run was loading them once for each file. One that
// exchanges a module (vi.mock) can do so only before anybody has loaded it: it is called `*.alone.test.ts`.
const alone = '**/*.alone.test.ts'
const laneFiles = lanes.map(({ suffix }) => `**/*.${suffix}.test.ts`)

export default defineConfig({
  test: {
    // Most files wait for a database, a process or a clock: one more worker than the two cores of a small machine.
    maxWorkers: 3,
    reporters: ['default', new CountReporter(lanes)],
    projects: [
      {
        test: {
          ...shared,
          name: 'engines',
          include: ['engines/*/src/**/*.test.ts'],
          exclude: [...exclude, ...laneFiles],
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          globalSetup,
          name: 'node',
          include: [`${packages}/src/**/*.test.{ts,tsx}`],
          exclude: [...exclude, ...laneFiles, alone],
          isolate: false,
        },
      },
      {
        test: { ...shared, globalSetup, name: 'alone', include: [alone], exclude },
      },
      ...lanes.flatMap((lane) =>
        lane.chosen
          ? [
              {
                test: {
                  ...shared,
                  ...(lane.database && { globalSetup }),
                  testTimeout: 900_000,
                  name: lane.name,
                  include: [`{engines/*,${packages.slice(1, -1)}}/src/**/*.${lane.suffix}.test.ts`],
                  exclude,
                },
              },
            ]
          : [],
      ),
    ],
  },
})
