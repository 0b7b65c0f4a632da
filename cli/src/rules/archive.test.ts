import fc from 'fast-check'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { ArchiveError, readArchive } from './archive.ts'
import { archiveOf, type Entry, releaseOf } from './testing/archive.ts'

const names = (...entries: Entry[]): string[] => [...readArchive(archiveOf(entries)).keys()]

it('reads files, with long names in the two forms', () => {
  const long = `d/${'n'.repeat(150)}.conf`
  const record = ` path=${long}\n`
  const pax = `${record.length + 3}${record}`
  expect(
    names(
      { name: 'd/', kind: '5' },
      { name: './d/a', body: 'x'.repeat(600) },
      { name: 'PaxHeader', kind: 'x', body: pax },
      { name: 'cut', body: 'b' },
      { name: '././@LongLink', kind: 'L', body: `${long}2\0` },
      { name: 'cut', body: 'c' },
    ),
  ).toEqual(['d/a', long, `${long}2`])
  expect(
    readArchive(archiveOf([{ name: 'a', body: 'bytes' }]))
      .get('a')
      ?.toString(),
  ).toBe('bytes')
})

it.each<[string, Entry[]]>([
  ['a way out', [{ name: '../../etc/cron.d/x' }]],
  ['a way out further in', [{ name: 'a/../../x' }]],
  ['an absolute name', [{ name: '/etc/passwd' }]],
  ['a drive', [{ name: 'C:x' }]],
  ['a backslash', [{ name: 'a\\..\\x' }]],
  ['an empty part', [{ name: 'a//x' }]],
  ['a control character', [{ name: 'a\u001b[2J' }]],
  ['a name of a folder that leads out', [{ name: '../x/', kind: '5' }]],
  [
    'a way out in a pax header',
    [{ name: 'h', kind: 'x', body: '15 path=../../x\n'.replace('15', '16') }, { name: 'a' }],
  ],
  ['a size in a pax header', [{ name: 'h', kind: 'x', body: '10 size=1\n' }, { name: 'a' }]],
  ['a symbolic link', [{ name: 'a', kind: '2', link: '/etc' }]],
  ['a hard link', [{ name: 'a', kind: '1', link: 'b' }]],
  ['a device', [{ name: 'a', kind: '3' }]],
  ['a file twice', [{ name: 'a' }, { name: 'A' }]],
])('%s is refused', (_, entries) => {
  expect(() => names(...entries)).toThrow(ArchiveError)
})

it('what is damaged, cut or blown up is refused', () => {
  const tar = gunzipSync(archiveOf([{ name: 'a', body: 'x'.repeat(5000) }]))
  expect(() => readArchive(Buffer.from('no archive'))).toThrow(ArchiveError)
  expect(() => readArchive(gzipSync(tar.subarray(0, 1024)))).toThrow('too early')
  const changed = Buffer.from(tar)
  changed[3] = 0x61
  expect(() => readArchive(gzipSync(changed))).toThrow('damaged')
  expect(() => readArchive(gzipSync(Buffer.alloc(65 * 1024 * 1024)))).toThrow('too large')
})

it('any bytes give files or an error of ours', () => {
  const whole = gunzipSync(releaseOf('4.1.0'))
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(changes, fc.nat(whole.length), (each, cut) => {
      const bytes = Buffer.from(whole)
      for (const [at, byte] of each) bytes[at] = byte
      try {
        for (const name of readArchive(gzipSync(bytes.subarray(0, bytes.length - (cut % 600)), { level: 0 })).keys())
          expect(name).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|\\/)
      } catch (error) {
        expect(error).toBeInstanceOf(ArchiveError)
      }
    }),
    { numRuns: 500 },
  )
})
