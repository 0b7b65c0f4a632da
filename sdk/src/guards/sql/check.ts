import { bytesOf } from '@holdfast/detectors'
import { createPhraseFinder } from '@holdfast/match'
import { LRUCache } from 'lru-cache'
import type { Place } from '../trace/leaves.ts'
import type { Trace } from '../trace/request.ts'
import { type Breach, judge } from './judge.ts'
import { lower, type Needle, needlesOf, Pairs } from './needles.ts'
import { tokenise } from './tokenise.ts'
import type { SqlDialect, SqlSettings } from './token.ts'

/** Why a query was not sent, or would not have been. */
export interface SqlFinding {
  /** `untraced`: the request has more values than are kept, so nothing is known of this query. */
  readonly breach: Breach | 'untraced'
  readonly place: Place | null
  /** The parameter, header, cookie or path in the body. */
  readonly name: string
  /** What of the value stands in the query, at most 120 characters. */
  readonly evidence: string
  /** Bytes of the query, in UTF-8. */
  readonly start: number
  readonly end: number
  /** One sentence. */
  readonly why: string
}

export interface CheckerOptions extends SqlSettings {
  readonly dialect: SqlDialect
  /** Texts of the application's own that may stand in a query whatever a client sends: `['price DESC']`. */
  readonly trusted?: readonly string[]
}

/** Queries known to be the application's own: texts in which no value of a request stood. */
const KNOWN_CHARACTERS = 4 * 1024 * 1024
const KNOWN_LONGEST = 64 * 1024
const EVIDENCE = 120
/** See `Allowance`: so many bytes for each of a query, and so many at least. */
const ALLOWANCE = 1_000_000

const WHY: Readonly<Record<Breach | 'untraced', string>> = {
  ends_literal: 'ends the literal that it was put into',
  comment: 'opens or closes a comment',
  tokens: 'is more than one token of the query',
  untraced: 'The request has more values than can be traced, and the query is not one of the known ones.',
}

export type SqlChecker = (text: string, trace: Trace) => SqlFinding | undefined

/** @returns what asks of each query, in time linear in the query and the values of the request */
export function createSqlChecker({ dialect, trusted = [], ...settings }: CheckerOptions): SqlChecker {
  const known = new LRUCache<string, true>({
    maxSize: KNOWN_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 64,
  })
  const own = createPhraseFinder(trusted.map((text) => bytesOf(text)))
  const pairs = new Pairs()

  function candidates(text: string, trace: Trace): readonly Needle[] | undefined {
    const lists = trace.lists()
    if (lists.some(({ incomplete }) => incomplete)) return undefined
    pairs.read(text)
    return lists.flatMap((leaves) =>
      needlesOf(leaves).filter(({ bytes }) => bytes.length <= text.length && pairs.mayHold(bytes)),
    )
  }

  return (query, trace) => {
    if (known.get(query) !== undefined) return undefined
    const bytes = bytesOf(query)
    const text = lower(bytes)
    const needles = candidates(text, trace)
    if (needles === undefined) {
      return { breach: 'untraced', place: null, name: '', evidence: '', start: 0, end: 0, why: WHY.untraced }
    }
    let finding: SqlFinding | undefined
    let isOwn = true
    if (needles.length > 0) {
      const tokens = tokenise(dialect, text, settings)
      const allowed = spansOf(own, bytes)
      const allowance = { left: ALLOWANCE + 4 * text.length }
      createPhraseFinder(
        needles.map(({ bytes }) => bytes),
        { ignoreCase: false },
      ).all(text, (start, end, number) => {
        // The longest tells most; what is shorter than one that was found is mostly a part of it.
        if (finding !== undefined && end - start <= finding.end - finding.start) return
        const needle = needles[number] as Needle
        const judged = judge(text, tokens, start, end, needle, allowance)
        if (judged === 'part') return
        isOwn = false
        if (judged === 'value' || allowed.some((span) => span.start <= start && end <= span.end)) return
        finding = findingOf(judged, needle, bytes, start, end)
      })
    }
    if (isOwn && query.length <= KNOWN_LONGEST) known.set(query, true)
    return finding
  }
}

function findingOf(breach: Breach, { leaf }: Needle, bytes: string, start: number, end: number): SqlFinding {
  const { place, name } = leaf
  const evidence = Buffer.from(bytes.slice(start, Math.min(end, start + EVIDENCE)), 'latin1').toString('utf8')
  const from = name === '' ? `A value of the ${place}` : `The value of ${place} "${name.slice(0, EVIDENCE)}"`
  return { breach, place, name: name.slice(0, EVIDENCE), evidence, start, end, why: `${from} ${WHY[breach]}.` }
}

function spansOf(finder: ReturnType<typeof createPhraseFinder>, text: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = []
  finder.all(text, (start, end) => spans.push({ start, end }))
  return spans
}
