import { createInspector } from '@holdfast/inspection'
import { crsEngine, runRules } from '../lib/crs-engine.ts'
import { CRS_FOLDER, hasCrs } from '../lib/crs-files.ts'
import { type BenchRequest, form, json, words } from '../lib/crs-requests.ts'
import { hostileValues } from '../lib/hostile-values.ts'
import { prose } from '../lib/match-patterns.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'
import { sent } from '../lib/sent.ts'

/** Rounds: there are many shapes, and they do not cost nearly the same. */
const most = 3

type Use = (request: BenchRequest) => void

/** The dearest of many hostile values of 64 KiB beside an honest one of its length, in a form and in JSON. Nothing is refused, so that all is looked at. */
export const gatewayHostile: Row = {
  name: 'gateway-hostile',
  title: 'A hostile value of 64 KiB, in process; the dearest of all shapes',
  peer: 'English prose of its length (x0.02: 50 times dearer)',
  run: async ({ rounds }) => {
    const inspector = createInspector({ mode: 'report' })
    const looking: Use = (request) => {
      const inspection = inspector.begin(sent(request))
      if (inspection.wantsBody > 0) inspection.body(sent(request).body)
      inspection.summary()
    }
    const uses: [string, Use][] = [['detectors', looking]]
    if (hasCrs()) {
      const engine = crsEngine({ remembered: 0, detectors: true, mode: 'DetectionOnly' })
      uses.push(['CRS', (request) => runRules(engine, request)])
    } else process.stdout.write(`  left out: there is no ${CRS_FOLDER} (HOLDFAST_CRS)\n`)
    return uses.flatMap(([what, use]) =>
      ([form, json] as const).map((place) => worst(`${what}, ${place.name}`, use, place, Math.min(rounds, most))),
    )
  },
}

function worst(what: string, use: Use, place: (value: string) => BenchRequest, rounds: number): Measure {
  const word = words()
  const honest = place(prose(65_536))
  for (let warm = 0; warm < 20; warm++) use(honest)
  const shapes = hostileValues(word)
  const measures = shapes.map(({ name, value }) => {
    const hostile = place(value)
    use(hostile)
    const [ours, peer]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(cpuOf(use, hostile))
      peer.push(cpuOf(use, honest))
    }
    return measure(`${what}, the dearest of ${shapes.length}: ${name}`, 'us', true, ours, peer)
  })
  return measures.toSorted((a, b) => a.better - b.better)[0] as Measure
}

function cpuOf(use: Use, request: BenchRequest): number {
  const before = process.cpuUsage()
  use(request)
  const { user, system } = process.cpuUsage(before)
  return user + system
}
