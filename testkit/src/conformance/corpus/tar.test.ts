import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readTarGz } from './tar.ts'

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-tar-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** Packs files with the system's tar. */
function pack(files: { readonly [name: string]: string }, ...flags: string[]): Buffer {
  const folder = mkdtempSync(join(scratch, 'in-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const archive = join(scratch, 'archive.tar.gz')
  execFileSync('tar', [...flags, '-czf', archive, '-C', folder, '.'])
  return readFileSync(archive)
}

describe('readTarGz', () => {
  it.each(['ustar', 'gnu', 'posix'])('reads what tar --format=%s packs', (format) => {
    const long = `${'d'.repeat(60)}/${'e'.repeat(60)}/${'f'.repeat(90)}.json`
    const files = { 'a.txt': '', 'b/ü.txt': 'é'.repeat(700), [long]: '{}', 'c/exact': 'x'.repeat(512) }
    const read = readTarGz(pack(files, `--format=${format}`))
    expect(Object.fromEntries([...read].map(([name, bytes]) => [name, bytes.toString()]))).toEqual(files)
  })

  it('ends on any bytes: files, or an error', () => {
    const good = pack({ 'a.txt': 'a' })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2048 }), (bytes) => {
        try {
          readTarGz(gzipSync(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
    expect(() => readTarGz(good.subarray(0, good.length / 2))).toThrow()
  })
})
