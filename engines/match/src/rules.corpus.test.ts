import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile, createPatternSet, createPhraseSet } from './index.ts'
import { parse } from './parse/parse.ts'
import { patternsOf, payloadsOf, phrasesOf } from './testing/rules.ts'
import { forJavaScript, prefersAlike } from './testing/v8.ts'

const beside = fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))
const crs = `${process.env['HOLDFAST_CORPORA'] ?? beside}/crs/`
const flags = { dotAll: true }

const present = existsSync(crs)

describe.skipIf(!present)('the patterns of the OWASP Core Rule Set', () => {
  const sources = present ? patternsOf(`${crs}rules`) : []
  const payloads = present ? payloadsOf(`${crs}tests`, 200).filter((_, n) => n % 15 === 0) : []
  const matchers = sources.map((source) => compile(source, { flags }))

  test('compile, all of them', () => {
    expect(matchers.length).toBeGreaterThan(290)
    expect(payloads.length).toBeGreaterThan(150)
  })

  test('match what they match in V8, where they match in V8, on what the regression tests send', () => {
    let matched = 0
    for (const [n, source] of sources.entries()) {
      const witness = forJavaScript(source, flags)
      const alike = prefersAlike(parse(source, flags).root)
      for (const payload of payloads) {
        const found = witness.exec(payload)
        matched += found === null ? 0 : 1
        if (matchers[n]?.test(payload) !== (found !== null)) expect.unreachable(`${source} on ${payload}`)
        if (found === null || !alike) continue
        const span = matchers[n]?.find(payload)
        if (span?.start !== found.index || span.end - span.start !== found[0].length) {
          expect.unreachable(`${source} on ${payload}: ${JSON.stringify(span)}`)
        }
      }
    }
    expect(matched).toBeGreaterThan(2000)
  })

  test('are never left out by the set of all patterns and phrases, which leaves out most', () => {
    const members = [...matchers, ...phrasesOf(`${crs}rules`).map((phrases) => createPhraseSet(phrases))]
    const set = createPatternSet(members)
    const bits = new Uint32Array(set.words)
    let asked = 0
    for (const payload of payloads) {
      set.candidates(payload, bits)
      for (const [n, member] of members.entries()) {
        const candidate = (((bits[n >>> 5] ?? 0) >>> (n & 31)) & 1) === 1
        asked += candidate ? 1 : 0
        if (!candidate && member.test(payload)) expect.unreachable(`member ${n} on ${payload}`)
      }
    }
    expect(asked / (payloads.length * members.length)).toBeLessThan(0.25)
  })
})
