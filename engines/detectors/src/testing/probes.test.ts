import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { bytesOf, inspect } from '../index.ts'

it('finds what scanners and people try first, of every kind, in the encodings that they use', () => {
  const probes = readFileSync(new URL('attacks/probes.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
  expect(probes.length).toBeGreaterThan(200)
  expect(probes.filter((probe) => inspect(bytesOf(probe)) === null)).toEqual([])
})
