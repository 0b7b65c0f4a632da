import type { Engine } from '@holdfast/seclang'
import { crsEngine, runRules } from '../lib/crs-engine.ts'
import { type BenchRequest, get, hostilePiece, longForm, post, words } from '../lib/crs-requests.ts'
import { CRS_FOLDER, hasCrs } from '../lib/crs-files.ts'
import type { Measure, Row } from '../lib/row.ts'
import { type FreshSide, timedFresh } from '../lib/timed.ts'

/** CPU of one request in this process, its values never seen before, against the same without what is remembered of other requests. */
export const crs: Row = {
  name: 'crs',
  title: 'OWASP Core Rule Set, paranoia level 1, in process, fresh values',
  peer: 'the same engine, remembering nothing of other requests (for the third: a plain text of 64 KiB)',
  run: async ({ rounds, seconds }) => {
    if (!hasCrs()) {
      process.stdout.write(`  not run: there is no ${CRS_FOLDER}\n`)
      return []
    }
    // The detectors are not in it: they have rows of their own.
    const [engine, forgetful] = [undefined, 0].map((remembered) => crsEngine({ remembered, detectors: false })) as [
      Engine,
      Engine,
    ]
    const word = words()
    const using = (by: Engine, make: (word: () => string) => BenchRequest): FreshSide<BenchRequest> => ({
      make: () => make(word),
      use: (request) => runRules(by, request),
    })
    const compare = (what: string, make: (word: () => string) => BenchRequest, count: number): Measure =>
      timedFresh(what, using(engine, make), using(forgetful, make), Math.ceil(count * seconds), rounds)
    return [
      compare('GET, CPU per request', get, 1000),
      compare('POST of 2 KiB JSON, CPU per request', post, 200),
      timedFresh(
        'a hostile value of 64 KiB, CPU per request',
        using(forgetful, () => longForm(() => hostilePiece(word))),
        using(forgetful, () => longForm(() => `${word()}+`)),
        5,
        rounds,
      ),
    ]
  },
}
