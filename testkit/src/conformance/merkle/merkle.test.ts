import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { merkle } from './index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-merkle-'))
afterAll(() => rmSync(scratch, { recursive: true }))

// The tree of the leaves "a" and "b", made by hand: its root is the hash of 0x01 and both leaf hashes.
const a = 'Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw='
const b = 'V+s1YV1H807HFMrN9f10YIpejhAnJOgLJLKHwMJ7ajE='
const root = 'sTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes='
const garbage = `A${root.slice(1)}`

const inclusion = { leafIdx: 0, treeSize: 2, root, leafHash: a, proof: [b], desc: 'happy path', wantErr: false }
const subtree = { leafIdx: 5, start: 4, end: 6, root, leafHash: b, proof: [a], desc: 'happy path', wantErr: false }
const consistency = { size1: 1, size2: 2, root1: a, root2: root, proof: [b], desc: 'happy path', wantErr: false }
const part = { start: 1, end: 2, size: 2, root1: b, root2: root, proof: [a], desc: 'happy path', wantErr: false }

async function run(files: { readonly [name: string]: unknown }): Promise<string[]> {
  const folder = mkdtempSync(join(scratch, 'corpus-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await merkle.run(folder, { sample: undefined }, tally)
  tally.finish()
  return lines
}

describe('the runner of Merkle proofs', () => {
  it('takes claims of all four kinds, and refusals for what they are', async () => {
    const claims = { inclusion, subtree, consistency, part }
    const files = Object.entries(claims).flatMap(([name, claim]) => [
      [`${name}/0/happy-path.json`, claim],
      [`${name}/0/trailing.json`, { ...claim, proof: [...claim.proof, garbage], wantErr: true }],
      [`${name}/errors/no-proof.json`, { ...claim, proof: null, wantErr: true }],
    ])
    expect(await run(Object.fromEntries(files))).toEqual(['12 passed, 0 failed, 0 skipped'])
  })

  it('reads places beyond 2^53 exactly', async () => {
    const text = JSON.stringify({ ...subtree, start: 1, end: 2, leafIdx: 3 })
      .replace('"leafIdx":3', '"leafIdx":9007199254740993')
      .replace('"start":1', '"start":9007199254740992')
      .replace('"end":2', '"end":9007199254740994')
    expect(await run({ 'large.json': text })).toEqual(['1 passed, 0 failed, 0 skipped'])
  })

  it.each([
    [
      'holds though it must be refused',
      { ...inclusion, wantErr: true },
      'expected a refusal got the opposite (happy path)',
    ],
    ['does not hold', { ...part, root2: garbage }, 'expected to hold got the opposite (happy path)'],
    ['is no claim', { wantErr: false }, 'expected a claim got start is no whole number'],
    ['has no size', { ...inclusion, treeSize: '2' }, 'expected a claim got treeSize is no whole number'],
    [
      'says nothing of a refusal',
      { ...inclusion, wantErr: undefined },
      'expected a claim got wantErr is neither true nor false',
    ],
  ])('fails on what %s', async (_what, claim, message) => {
    expect(await run({ 'one.json': claim })).toEqual([`FAIL one.json: ${message}`, '0 passed, 1 failed, 0 skipped'])
  })
})
