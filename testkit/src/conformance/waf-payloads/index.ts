import { AGENT_DETECTORS, DETECTORS, type Finding, inspect, reachesPrototype } from '@holdfast/detectors'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'
import { readCase, type WafCase } from './cases.ts'
import { encode } from './encode.ts'
import { NOT_PLACED, place, type WireRequest } from './place.ts'
import { valuesOf } from './values.ts'
import { sendTo } from './wire.ts'

/** Tells of a request whether it is refused, and by what. */
type Guard = (request: WireRequest) => Promise<string | undefined>

/** GoTestWAF: each payload, encoded and placed as its file says; those of `false-pos` must pass. */
export const wafPayloads: Runner = {
  title: 'attack payloads as requests, and texts that must pass',
  async run(directory, { sample, url }, report) {
    const guard = url === undefined ? inProcess : sendTo(url)
    const files = await CorpusFiles.open(directory)
    const counts = new Map<string, Count>()
    for (const file of files
      .names()
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()) {
      const read = readCase(file, await files.text(file))
      await play(read, sample, guard, countOf(counts, read), report)
    }
    for (const [set, count] of [...counts, ['attacks', total(counts, false)], ['benign', total(counts, true)]] as const)
      if (count.seen > 0) report.note(`${set}: ${count.blocked} of ${count.seen} requests blocked (${rate(count)})`)
  },
}

interface Count {
  readonly benign: boolean
  seen: number
  blocked: number
}

function countOf(counts: Map<string, Count>, { set, benign }: WafCase): Count {
  const count = counts.get(set) ?? { benign, seen: 0, blocked: 0 }
  counts.set(set, count)
  return count
}

function total(counts: ReadonlyMap<string, Count>, benign: boolean): Count {
  const sum = { benign, seen: 0, blocked: 0 }
  for (const count of counts.values()) {
    if (count.benign !== benign) continue
    sum.seen += count.seen
    sum.blocked += count.blocked
  }
  return sum
}

function rate({ seen, blocked }: Count): string {
  return `${((100 * blocked) / seen).toFixed(2)} %`
}

async function play(
  read: WafCase,
  sample: number | undefined,
  guard: Guard,
  count: Count,
  report: Report,
): Promise<void> {
  for (const payload of read.payloads.slice(0, sample)) {
    for (const encoder of read.encoders) {
      const encoded = encode(encoder, payload)
      if (encoded === undefined) {
        report.skip(`an encoder that is not known: ${encoder}`)
        continue
      }
      for (const placeholder of read.placeholders) {
        const request = place(placeholder, encoded)
        if (request === undefined) {
          report.skip(NOT_PLACED.get(placeholder.name) ?? 'a payload that its place cannot hold')
          continue
        }
        const blocked = await guard(request)
        count.seen++
        if (blocked !== undefined) count.blocked++
        if ((blocked === undefined) === read.benign) report.pass()
        else
          report.fail(
            `${read.file} ${encoder} ${placeholder.name}`,
            `${brief(payload)} expected ${read.benign ? 'to pass' : 'to be blocked'} got ${blocked ?? 'nothing'}`,
          )
      }
    }
  }
}

function brief(payload: string): string {
  const text = JSON.stringify(payload)
  return text.length > 200 ? `${text.slice(0, 80)}...${text.slice(-80)}` : text
}

function inProcess(request: WireRequest): Promise<string | undefined> {
  if (isUndecodable(request)) return Promise.resolve('a body in an encoding that it is not in')
  for (const { text, agent, name } of valuesOf(request)) {
    if (name && reachesPrototype(text)) return Promise.resolve('a name that reaches the prototype of all objects')
    const found = inspect(text, { detectors: agent ? AGENT_DETECTORS : DETECTORS })
    if (found !== null) return Promise.resolve(told(found))
  }
  return Promise.resolve(undefined)
}

/** RFC 9110, 8.4: the body says that it is compressed, and is not. */
function isUndecodable({ headers, body }: WireRequest): boolean {
  const coding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1].toLowerCase()
  return coding === 'gzip' && !body.startsWith('\x1f\x8b')
}

function told({ detector, class: kind, context, decoding, why }: Finding): string {
  return `${detector} ${kind} (${context}${decoding.length > 0 ? `, ${decoding.join(' ')}` : ''}): ${why}`
}
