import { type Api, compileApi, createInspector, type Inspector } from '@holdfast/inspection'
import { type BenchRequest, get, hostilePiece, longForm, post, words } from '../lib/crs-requests.ts'
import { document } from '../lib/openapi.ts'
import type { Measure, Row } from '../lib/row.ts'
import { type Sent, sent } from '../lib/sent.ts'
import { type FreshSide, timedFresh } from '../lib/timed.ts'

function compiled(): Api {
  const api = compileApi(document)
  if ('errors' in api) throw new Error(JSON.stringify(api.errors))
  return api
}

/** @param outcome what must come of it; null: whatever */
function inspect(inspector: Inspector, request: Sent, outcome: string | null): void {
  const inspection = inspector.begin(request)
  if (inspection.wantsBody > 0) inspection.body(request.body)
  const verdict = inspection.summary()
  if (outcome !== null && verdict.outcome !== outcome) throw new Error(JSON.stringify(verdict))
}

/** CPU of inspecting one request in this process, its values never seen before, against the same without a document. */
export const inspection: Row = {
  name: 'inspection',
  title: 'Detectors and the schema of the API, in process, fresh values',
  peer: 'the same detectors without a document (for the third: a plain text of 64 KiB)',
  run: async ({ rounds, seconds }) => {
    const described = createInspector({ api: compiled() })
    const free = createInspector()
    const fresh = words()
    const using = (by: Inspector, make: () => BenchRequest, outcome: string | null): FreshSide<Sent> => ({
      make: () => sent(make()),
      use: (request) => inspect(by, request, outcome),
    })
    const compare = (what: string, make: (word: () => string) => BenchRequest, count: number): Measure => {
      const one = () => make(fresh)
      return timedFresh(
        what,
        using(described, one, 'pass'),
        using(free, one, 'pass'),
        Math.ceil(count * seconds),
        rounds,
      )
    }
    return [
      compare('GET, CPU per request', get, 4000),
      compare('POST of 2 KiB JSON, CPU per request', post, 1000),
      timedFresh(
        'a hostile value of 64 KiB, CPU per request',
        using(free, () => longForm(() => hostilePiece(fresh)), null),
        using(free, () => longForm(() => `${fresh()}%2C+`), null),
        5,
        rounds,
      ),
    ]
  },
}
