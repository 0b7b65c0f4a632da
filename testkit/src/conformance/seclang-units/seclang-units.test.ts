import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { seclangUnits } from './index.ts'
import { goBytes, isGoString } from './go-string.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-units-'))
  mkdirSync(join(folder, 'op'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('judges operators and transformations', async () => {
  writeFileSync(join(folder, 'op/words.dat'), 'bee\n')
  writeFileSync(
    join(folder, 'a.json'),
    JSON.stringify([
      { type: 'op', name: 'rx', param: '^"a\nb"$', input: '"a\nb"', ret: 1 },
      { type: 'op', name: 'pmFromFile', param: 'words.dat', input: 'a Bee', ret: 1 },
      { type: 'op', name: 'pmFromFile', param: 'gone.dat', input: '', ret: 0 },
      { type: 'op', name: 'streq', param: 'a', input: 'a', ret: 0 },
      { type: 'op', name: 'validateSchema', param: 'x', input: '', ret: 0 },
      { type: 'op', name: 'ipMatch', param: '1.2.3.4/99', input: '1.2.3.4', ret: 0 },
      { type: 'tfn', name: 'removeNulls', input: 'a\\u0000b\\x00c', output: 'abc', ret: 1 },
      { type: 'tfn', name: 'hexEncode', input: 'é', output: 'c3a9', ret: 1 },
      { type: 'tfn', name: 'lowercase', input: 'A', output: 'b', ret: 1 },
    ]),
  )
  const named = [{ type: 'tfn', name: 'hexEncode-test1', input: 'A', output: '41', ret: 1 }]
  writeFileSync(join(folder, 'hexEncode.json'), JSON.stringify(named))
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await seclangUnits.run(folder, { sample: undefined }, tally)
  tally.finish()
  expect(lines).toEqual([
    'FAIL a.json#3: @streq "a" of "a": expected 0',
    'FAIL a.json#8: t:lowercase of "A": expected "b" got "a"',
    'SKIP 1: a case whose data file the corpus does not have',
    expect.stringContaining('SKIP 1: validateSchema: refused'),
    '6 passed, 2 failed, 2 skipped',
  ])
})

it('reads bytes as Go writes them', () => {
  expect(goBytes('a\\u0000é\\xff\\n')).toBe('a\0\xc3\xa9\xff\n')
  expect(goBytes('\\?\\xff\\n')).toBe('\\?\xff\\n')
  expect(goBytes('\\n')).toBe('\\n')
  expect([isGoString('\\x41'), isGoString('\\?'), isGoString('a"b')]).toEqual([true, false, false])
})
