import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { injection, valueOf } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-injection-'))
  mkdirSync(join(folder, 'data'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(sample?: number): Promise<{ good: boolean; lines: string[] }> {
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await injection.run(folder, { sample }, tally)
  return { good: tally.finish(), lines }
}

it('blocks every line, and passes those of benign files', async () => {
  writeFileSync(join(folder, 'data/a.txt'), "# a comment\n\n1' or '1'='1\n1%27+or+1%3d1\r\n\\' or 1=1--\n")
  writeFileSync(join(folder, 'data/false_positives.txt'), "O'Brien\nunion was a great select\n")
  writeFileSync(join(folder, 'benign-more.txt'), '100%25\n')
  writeFileSync(join(folder, 'README.md'), 'no line of ours\n')
  expect(await run()).toEqual({
    good: true,
    lines: [
      'attacks: 3 of 3 blocked (100.00 %), 3 of them as SQL',
      'benign: 0 of 3 blocked (0.00 %), 0 of them as SQL',
      '6 passed, 0 failed, 0 skipped',
    ],
  })
})

it('says what got through, and what was blocked for nothing', async () => {
  writeFileSync(join(folder, 'a.txt'), 'a word\n1 or 1=1\nanother word\n')
  writeFileSync(join(folder, 'benign.txt'), '1 or 1=1\n')
  const { good, lines } = await run(2)
  expect(good).toBe(false)
  expect(lines).toEqual([
    'FAIL a.txt:1: "a word" expected to be blocked got nothing',
    expect.stringMatching(/^FAIL benign\.txt:1: "1 or 1=1" expected to pass got sql: /),
    'attacks: 1 of 2 blocked (50.00 %), 1 of them as SQL',
    'benign: 1 of 1 blocked (100.00 %), 1 of them as SQL',
    '1 passed, 2 failed, 0 skipped',
  ])
})

it('reads a line without blanks as a query string', () => {
  expect(valueOf('1%27+or%2B1')).toBe("1' or+1")
  expect(valueOf('1 + 1%2b%zz')).toBe('1 + 1+%zz')
})
