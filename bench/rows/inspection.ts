import { type Api, compileApi, createInspector, type Inspector } from '@holdfast/inspection'
import { type BenchRequest, form, get, post, words } from '../lib/crs-requests.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

const word = { type: 'string', pattern: '^[a-z]+$' }
const text = { type: 'string', maxLength: 2000 }

/** What describes the requests of the CRS's row: a search, and an order of 98 values, of which every third is a number and two of seven are free text. */
const document = {
  openapi: '3.1.0',
  paths: {
    '/products/search': {
      get: {
        parameters: [
          { name: 'q', in: 'query', schema: text },
          { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
          { name: 'sort', in: 'query', schema: word },
          { name: 'category', in: 'query', schema: word },
        ],
        responses: {},
      },
    },
    '/api/orders': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                additionalProperties: {
                  type: 'object',
                  properties: Object.fromEntries(
                    Array.from({ length: 7 }, (_, n) => [
                      `field${n}`,
                      n % 3 === 0 ? { type: 'integer' } : n < 3 ? text : word,
                    ]),
                  ),
                },
              },
            },
          },
        },
        responses: {},
      },
    },
    '/notes': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { text: { type: 'string' } } },
            },
          },
        },
        responses: {},
      },
    },
  },
}

function compiled(): Api {
  const api = compileApi(document)
  if ('errors' in api) throw new Error(JSON.stringify(api.errors))
  return api
}

interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: Uint8Array
}

function sent({ head, body }: BenchRequest): Sent {
  const { method, target } = head
  const headers = head.headers.flat()
  if (body !== '' && !headers.includes('Content-Length')) headers.push('Content-Length', String(body.length))
  return { method, target, headers, body: Buffer.from(body) }
}

/** Microseconds of CPU for each of the requests. */
function cost(inspector: Inspector, requests: readonly Sent[], outcome: string | null): number {
  const before = process.cpuUsage()
  for (const request of requests) {
    const inspection = inspector.begin(request)
    if (inspection.wantsBody > 0) inspection.body(request.body)
    const verdict = inspection.summary()
    if (outcome !== null && verdict.outcome !== outcome) throw new Error(JSON.stringify(verdict))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests.length
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
    const compare = (what: string, make: (word: () => string) => BenchRequest, count: number): Measure => {
      const ours: number[] = []
      const peer: number[] = []
      for (let round = -1; round < rounds; round++) {
        const requests = () => Array.from({ length: Math.ceil(count * seconds) }, () => sent(make(fresh)))
        const [mine, other] = [cost(described, requests(), 'pass'), cost(free, requests(), 'pass')]
        // The first round is for the compiler.
        if (round >= 0) [ours, peer].forEach((list, at) => list.push(at === 0 ? mine : other))
      }
      return measure(what, 'us', true, ours, peer)
    }
    const long = (piece: (word: () => string) => string): Sent => {
      let value = ''
      while (value.length < 65_536) value += piece(fresh)
      return sent(form(value.slice(0, 65_536)))
    }
    const costs = Array.from({ length: rounds }, () => {
      const hostile = Array.from({ length: 5 }, () =>
        long((next) => `%26lt;%5Cu003c/*${next()}*/%27--+UNION${next()}..%2F%2523%5C7b(`),
      )
      const plain = Array.from({ length: 5 }, () => long((next) => `${next()}%2C+`))
      return [cost(free, hostile, null), cost(free, plain, null)]
    })
    return [
      compare('GET, CPU per request', get, 4000),
      compare('POST of 2 KiB JSON, CPU per request', post, 1000),
      measure(
        'a hostile value of 64 KiB, CPU per request',
        'us',
        true,
        costs.map(([first = 0]) => first),
        costs.map(([, second = 0]) => second),
      ),
    ]
  },
}
