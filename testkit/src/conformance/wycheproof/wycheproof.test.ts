import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Tally } from '../report.ts'
import { wycheproof } from './index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-wycheproof-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const key = '00'.repeat(32)
const tag = createHmac('sha256', Buffer.alloc(32)).update('').digest('hex')
const vector = (tcId: number, given: string, result: string) => ({
  tcId,
  comment: 'c',
  flags: [],
  key,
  msg: '',
  tag: given,
  result,
})
const group = (...tests: object[]) => ({ type: 'MacTest', keySize: 256, tagSize: 256, tests })
const flipped = tag.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))

async function run(files: Readonly<Record<string, unknown>>): Promise<string[]> {
  const folder = mkdtempSync(join(scratch, 'corpus-'))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await wycheproof.run(folder, { sample: undefined }, tally)
  tally.finish()
  return lines
}

test('the runner fails where our answer is another than the vector says', async () => {
  const tests = [
    vector(1, tag, 'valid'),
    vector(2, flipped, 'invalid'),
    vector(3, flipped, 'valid'),
    vector(4, tag, 'invalid'),
    vector(5, flipped, 'acceptable'),
    vector(6, 'xx', 'invalid'),
  ]
  const lines = await run({ 'hmac_test.json': { algorithm: 'HMACSHA256', testGroups: [group(...tests)] } })
  expect(lines).toEqual([
    'FAIL hmac_test#3: c: expected valid, refused',
    'FAIL hmac_test#4: c: expected invalid, accepted',
    'FAIL hmac_test#6: c: expected invalid, tag is not hexadecimal',
    '3 passed, 3 failed, 0 skipped',
  ])
})

test('it skips what it has no primitive for, with a line, and fails on what it cannot read', async () => {
  const unknown = { type: 'MlKemTest', tests: [vector(1, '', 'valid'), vector(2, '', 'valid')] }
  const lines = await run({
    'README.md': 'vectors',
    'broken_test.json': '{"algorithm": "HMACSHA256"}',
    'hmac_md5_test.json': { algorithm: 'HMACMD5', testGroups: [group(vector(1, tag, 'valid'))] },
    'mlkem_test.json': { algorithm: 'ML-KEM', testGroups: [unknown] },
    'short_test.json': { algorithm: 'HMACSHA256', testGroups: [{ ...group(vector(1, tag, 'valid')) }] },
  })
  expect(lines).toEqual([
    'FAIL broken_test: no file of test vectors',
    'SKIP 1: README.md is no file of test vectors',
    'SKIP 1: hmac_md5_test: no hash MD5',
    'SKIP 2: mlkem_test: no primitive for ML-KEM (MlKemTest)',
    '1 passed, 1 failed, 4 skipped',
  ])
})
