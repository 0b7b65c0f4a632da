import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRegex } from './parse.ts'
import { toJavaScript } from './print.ts'
import { sample, seeded } from './sample.ts'

const SOURCES = [
  String.raw`\b(?:A3T[A-Z0-9]|AKIA|ASIA)[A-Z2-7]{16}\b`,
  String.raw`(?i)[\w.-]{0,50}?(?:adafruit)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{32})(?:[\x60'"\s;]|\\[nr]|$)`,
  String.raw`[\w.-]{0,50}?(?i:hubspot)(?:x)?([0-9A-F]{8}-[0-9A-F]{4})`,
  String.raw`-----BEGIN[ A-Z0-9_-]{0,20}-----[\s\S-]{4,}?KEY`,
  String.raw`a(?i)b(?-i)c|[[:alnum:]]+[^a-z\d]?`,
  String.raw`(?P<name>x{2,}|y+?)\z`,
]

describe('regular expressions of RE2', () => {
  it.each(SOURCES)('%s: what is drawn is what the same expression finds', (source) => {
    const tree = parseRegex(source)
    const regex = toJavaScript(tree)
    const random = seeded(7)
    const drawn = Array.from({ length: 200 }, () => sample(tree, random))
    // Edges (\b, $) are not drawn; most draws fit them all the same.
    expect(drawn.filter((text) => regex.test(text)).length).toBeGreaterThan(100)
    expect(new Set(drawn).size).toBeGreaterThan(5)
  })

  it('draws the same after the same seed', () => {
    const tree = parseRegex('[a-z]{8}')
    expect([sample(tree, seeded(1)), sample(tree, seeded(2))]).toEqual([
      sample(tree, seeded(1)),
      sample(tree, seeded(2)),
    ])
  })

  it('reads any text as an expression, or says why not', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        try {
          sample(parseRegex(source), seeded(1))
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})
