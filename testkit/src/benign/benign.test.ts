import { expect, it } from 'vitest'
import { composed, LONGEST } from './corpus.ts'
import { benignFiles, textsOf } from './texts.ts'

const files = benignFiles().map((file) => ({ ...file, texts: textsOf(file.file) }))
const all = files.flatMap(({ texts }) => texts)

it('has at least 5,000 texts, more than 2,000 of them by hand, and no two are the same', () => {
  const byHand = files.filter(({ made }) => made === 'hand').flatMap(({ texts }) => texts)
  expect(all.length).toBeGreaterThanOrEqual(5000)
  expect(byHand.length).toBeGreaterThanOrEqual(2000)
  expect(new Set(all).size).toBe(all.length)
})

it('has texts of all sizes up to 8 KiB, well-formed and not empty', () => {
  const sizes = all.map((text) => Buffer.byteLength(text))
  expect(Math.min(...sizes)).toBe(1)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LONGEST)
  for (const size of [100, 1000, 4000]) expect(sizes.filter((each) => each > size).length).toBeGreaterThan(20)
  expect(all.every((text) => text.isWellFormed())).toBe(true)
})

it('has prose in at least 25 languages and 15 scripts', () => {
  const languages = new Set(files.flatMap(({ language }) => (language === undefined ? [] : [language])))
  expect(languages.size).toBeGreaterThanOrEqual(25)
  const text = all.join('\n')
  const scripts = [
    'Latin',
    'Cyrillic',
    'Greek',
    'Hebrew',
    'Arabic',
    'Devanagari',
    'Bengali',
    'Tamil',
    'Malayalam',
    'Thai',
    'Khmer',
    'Georgian',
    'Armenian',
    'Ethiopic',
    'Han',
    'Hiragana',
    'Katakana',
    'Hangul',
  ]
  expect(scripts.filter((script) => !new RegExp(`\\p{Script=${script}}`, 'u').test(text))).toEqual([])
})

it('has at least twenty kinds, none of them a handful, and says where each stands', () => {
  const kinds = Map.groupBy(files, ({ kind }) => kind)
  expect(kinds.size).toBeGreaterThanOrEqual(20)
  for (const of of kinds.values()) expect(of.flatMap(({ texts }) => texts).length).toBeGreaterThanOrEqual(20)
  expect(files.filter(({ place }) => !/^[a-z]+$/.test(place))).toEqual([])
})

it('has what the grammars compose, and nothing else in those files', () => {
  for (const [file, texts] of composed()) expect(textsOf(file), file).toEqual(texts)
})
