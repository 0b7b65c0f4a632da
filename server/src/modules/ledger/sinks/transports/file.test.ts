import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileSettings } from '../settings.ts'
import { never, outgoingEvent } from '../testing/items.ts'
import { createFile } from './file.ts'

let outer: string
let directory: string
const now = new Date('2026-01-31T12:00:00Z')

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'holdfast-file-sink-'))
  directory = join(outer, 'allowed')
  mkdirSync(directory)
})
afterEach(() => rmSync(outer, { recursive: true }))

const file = (given: object = {}, at = now) =>
  createFile({
    settings: FileSettings.parse({ path: 'audit/events.ndjson', rotateDaily: false, ...given }),
    directory,
    now: () => at,
  })
const write = (seqs: readonly number[], given?: object, at?: Date) =>
  file(given, at).send(
    seqs.map((seq) => outgoingEvent(seq)),
    never,
  )
const linesOf = (name: string) => readFileSync(join(directory, name), 'utf8').split('\n').filter(Boolean)
const seqsOf = (name: string) =>
  linesOf(name).map((line) => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence)

describe('a file', () => {
  test('holds one document a line, for nobody else to read', async () => {
    await write([1, 2])
    await file().send([{ is: 'gap', from: 3, to: 9, count: 7, time: now }, outgoingEvent(10)], never)
    const path = join(directory, 'audit/events.ndjson')
    const lines = linesOf('audit/events.ndjson').map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([
      outgoingEvent(1).document,
      outgoingEvent(2).document,
      { gap: { from: 3, to: 9, count: 7 } },
      outgoingEvent(10).document,
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'audit')).mode & 0o777).toBe(0o700)
  })

  test('a test opens it and writes nothing', async () => {
    await file().send([{ is: 'test', id: 'x', time: now }], never)
    expect(readFileSync(join(directory, 'audit/events.ndjson'), 'utf8')).toBe('')
  })

  test('what a crash left of a line is cut off, so that every line is whole', async () => {
    await write([1, 2])
    appendFileSync(join(directory, 'audit/events.ndjson'), `{"half":"${'x'.repeat(200_000)}`)
    await write([3])
    expect(seqsOf('audit/events.ndjson')).toEqual([1, 2, 3])
    writeFileSync(join(directory, 'only.ndjson'), 'no end of a line at all')
    await write([4], { path: 'only.ndjson' })
    expect(seqsOf('only.ndjson')).toEqual([4])
  })

  test('a batch that does not fit on the disk leaves nothing of itself', async () => {
    // /dev/full is a disk without room, but no regular file; a limit of the process is the next best.
    const program = `
      import { createFile } from ${JSON.stringify(new URL('file.ts', import.meta.url).href)}
      const settings = { path: 'events.ndjson', rotateBytes: 1e9, rotateDaily: false, keepFiles: 0 }
      const sink = createFile({ settings, directory: ${JSON.stringify(directory)}, now: () => new Date() })
      const event = (n) => ({ is: 'event', json: JSON.stringify({ n, x: 'x'.repeat(30000) }) })
      process.on('SIGXFSZ', () => {})
      const done = []
      for (let n = 0; n < 5; n += 1) done.push(await sink.send([event(n), event(n)], new AbortController().signal).then(() => 'ok', () => 'failed'))
      console.log(done.join(' '))`
    // 200 blocks of 512 bytes: room for one batch of two, and for a part of the second
    const shell = `ulimit -f 200; exec "${process.execPath}" --input-type=module -e "$0"`
    const out = execFileSync('sh', ['-c', shell, program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(out.trim()).toMatch(/^ok( ok)*( failed)+$/)
    const whole = linesOf('events.ndjson')
    expect(whole).toHaveLength(2 * out.split(' ').filter((word) => word.trim() === 'ok').length)
    for (const line of whole) JSON.parse(line)
  })
})

describe('rotation', () => {
  const rotated = () => readdirSync(join(directory, 'audit')).filter((name) => name !== 'events.ndjson')

  test('by size, under names that are never taken twice', async () => {
    for (let seq = 1; seq <= 5; seq += 1) {
      const large = outgoingEvent(seq, { message: 'x'.repeat(50_000) })
      await file({ rotateBytes: 65_536 }).send([large], never)
    }
    expect(rotated().toSorted()).toEqual([
      'events.2026-01-31T120000Z-2.ndjson',
      'events.2026-01-31T120000Z-3.ndjson',
      'events.2026-01-31T120000Z-4.ndjson',
      'events.2026-01-31T120000Z.ndjson',
    ])
    expect(seqsOf('audit/events.2026-01-31T120000Z.ndjson')).toEqual([1])
    expect(seqsOf('audit/events.2026-01-31T120000Z-4.ndjson')).toEqual([4])
    expect(seqsOf('audit/events.ndjson')).toEqual([5])
  })

  test('by the day, in UTC', async () => {
    await write([1])
    const yesterday = new Date('2026-01-31T23:59:59Z')
    utimesSync(join(directory, 'audit/events.ndjson'), yesterday, yesterday)
    await write([2], { rotateDaily: true }, new Date('2026-01-31T23:59:59Z'))
    utimesSync(join(directory, 'audit/events.ndjson'), yesterday, yesterday)
    await write([3], { rotateDaily: true }, new Date('2026-02-01T00:00:01Z'))
    expect(seqsOf('audit/events.2026-02-01T000001Z.ndjson')).toEqual([1, 2])
    expect(seqsOf('audit/events.ndjson')).toEqual([3])
  })

  test('keeps as many files as it is told, the newest, and touches no others', async () => {
    mkdirSync(join(directory, 'audit'))
    writeFileSync(join(directory, 'audit/events.backup.ndjson'), '')
    for (let seq = 1; seq <= 14; seq += 1) {
      const large = outgoingEvent(seq, { message: 'x'.repeat(50_000) })
      await file({ rotateBytes: 65_536, keepFiles: 2 }).send([large], never)
    }
    expect(rotated().toSorted()).toEqual([
      'events.2026-01-31T120000Z-12.ndjson',
      'events.2026-01-31T120000Z-13.ndjson',
      'events.backup.ndjson',
    ])
  })
})

describe('nothing is written outside of the directory', () => {
  test.each([
    '../events.ndjson',
    'a/../../events.ndjson',
    '/etc/events.ndjson',
    'a//b.ndjson',
    './events.ndjson',
    '.hidden/events.ndjson',
    'a\\..\\events.ndjson',
    'events..ndjson',
    'events.ndjson/',
    'passwd',
    'a\0.ndjson',
    'a/b/c/d/e/f.ndjson',
  ])('the path %j is refused', (path) => {
    expect(FileSettings.safeParse({ path }).success).toBe(false)
  })

  test('a folder that is a link leads nowhere', async () => {
    mkdirSync(join(outer, 'elsewhere'))
    symlinkSync(join(outer, 'elsewhere'), join(directory, 'audit'))
    await expect(write([1])).rejects.toThrow('no folder')
    expect(readdirSync(join(outer, 'elsewhere'))).toEqual([])
  })

  test('a file that is a link, also one to nothing, is not followed', async () => {
    mkdirSync(join(directory, 'audit'))
    writeFileSync(join(outer, 'victim'), 'untouched\n')
    symlinkSync(join(outer, 'victim'), join(directory, 'audit/events.ndjson'))
    await expect(write([1])).rejects.toThrow('is a link')
    expect(readFileSync(join(outer, 'victim'), 'utf8')).toBe('untouched\n')
    symlinkSync(join(outer, 'not-there'), join(directory, 'audit/other.ndjson'))
    await expect(write([1], { path: 'audit/other.ndjson' })).rejects.toThrow('is a link')
    expect(existsSync(join(outer, 'not-there'))).toBe(false)
  })

  test('a file with a second name elsewhere is not written to', async () => {
    mkdirSync(join(directory, 'audit'))
    writeFileSync(join(outer, 'victim'), 'untouched\n')
    linkSync(join(outer, 'victim'), join(directory, 'audit/events.ndjson'))
    await expect(write([1])).rejects.toThrow('second name')
    expect(readFileSync(join(outer, 'victim'), 'utf8')).toBe('untouched\n')
  })

  test('a pipe does not hold the deliverer up', async () => {
    mkdirSync(join(directory, 'audit'))
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'audit/events.ndjson')])
    await expect(write([1])).rejects.toThrow('no regular file')
  })

  test('no directory, no file', async () => {
    const settings = FileSettings.parse({ path: 'events.ndjson' })
    const lost = createFile({ settings, directory: undefined, now: () => now })
    await expect(lost.send([outgoingEvent(1)], never)).rejects.toThrow('ledger.sinks.directory')
    const gone = createFile({ settings, directory: join(outer, 'gone'), now: () => now })
    await expect(gone.send([outgoingEvent(1)], never)).rejects.toThrow('not there')
  })
})
