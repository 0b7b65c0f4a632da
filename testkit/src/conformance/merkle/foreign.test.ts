import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventsOf, MemoryLog, signerOf } from '@holdfast/merkle/testing'
import { afterAll, describe, expect, it } from 'vitest'

const missing = ['python3', 'openssl'].filter((program) => spawnSync(program, ['--version']).error !== undefined)
const document = fileURLToPath(new URL('../../../../docs/design/log-pack.md', import.meta.url))
const [, program = ''] = /```python\n([^]*?)```/.exec(readFileSync(document, 'utf8')) ?? []
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-foreign-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const log = new MemoryLog(eventsOf(700, { erased: (seq) => seq % 10 === 0, closed: (seq) => seq % 7 === 0 }))

function verify(lines: readonly string[], vkey = log.signer.vkey): { status: number | null; out: string } {
  const [script, pack] = [join(scratch, 'verify.py'), join(scratch, 'pack')]
  writeFileSync(script, program)
  writeFileSync(pack, `${lines.join('\n')}\n`)
  const { status, stdout, stderr } = spawnSync('python3', [script, pack, vkey], { encoding: 'utf8' })
  return { status, out: stdout + stderr }
}

/** The verifier that the documentation prints knows nothing of our code: our packs must hold for it too, and forged ones must not. */
describe.skipIf(missing.length > 0)(`the verifier in Python (needs ${missing.join(', ') || 'nothing more'})`, () => {
  it.each([
    [1, 700, 700, []],
    [300, 301, 700, [1, 256, 600]],
    [512, 512, 512, []],
  ])('accepts the events %i to %i of %i', async (from, to, size, older) => {
    const { status, out } = verify(await log.pack(from, to, { size, older }))
    expect([status, out]).toEqual([0, `events ${from} to ${to} are in the tree of ${size}\n`])
  })

  it('refuses a changed event, a changed tile, another key', async () => {
    const lines = await log.pack(255, 258)
    const forged = await new MemoryLog(eventsOf(700, { note: 'forged' })).pack(255, 258)
    expect(verify([lines[0] ?? '', ...forged.slice(1)]).out).toContain('AssertionError')
    expect(verify([...lines.slice(0, -3), ...forged.slice(-3)]).out).toContain('AssertionError')
    expect(verify(lines, signerOf(2).vkey).out).toContain('another key')
    const other = await new MemoryLog(log.events, signerOf(2)).pack(255, 258)
    expect(verify(other.with(0, (other[0] ?? '').replace(signerOf(2).vkey, log.signer.vkey))).status).not.toBe(0)
  })
})
