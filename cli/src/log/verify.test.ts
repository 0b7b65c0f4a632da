import { eventsOf, MemoryLog, signerOf } from '@holdfast/merkle/testing'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logServer, type LogServer } from '../testing/log-server.ts'
import { holdfast } from '../testing/run.ts'

const events = eventsOf(600)
const log = new MemoryLog(events)
const younger = new MemoryLog(events.slice(0, 400))
const fork = new MemoryLog(events.with(99, eventsOf(100, { note: 'of the fork' })[99] ?? events[0]!))

let folder: string
let server: LogServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
  server = await logServer(younger)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const verify = (...options: string[]) =>
  holdfast(['log', 'verify', ...options, '--url', server.url], {
    cwd: folder,
    env: { HOLDFAST_TOKEN: 'hfk_test', XDG_STATE_HOME: folder },
  })

describe('log verify', () => {
  it('reads the log, remembers its key and checkpoint, and later that it grew', async () => {
    const first = await verify()
    expect(first).toMatchObject({ code: 0, error: '' })
    expect(first.out).toContain('The log is whole: 400 events, verified for the first time.\n')
    expect(first.out).toContain('The key is the one that the server named')
    server.log = log
    const later = await verify()
    expect(later).toMatchObject({ code: 0, error: '' })
    expect(later.out).toContain('600 events, continues what was verified at 400.\n')
    expect(later.out).not.toContain('The key is the one')
    expect(JSON.parse((await verify('--json')).out)).toMatchObject({
      ok: true,
      size: 600,
      since: 600,
      keyTrusted: true,
    })
  })

  it('reads only what is new when it is told to', async () => {
    await verify()
    server.log = log
    const before = server.asked.length
    expect((await verify('--since-verified')).out).toContain('Read were the entries from 401 on.\n')
    const entries = server.asked.slice(before).flatMap(({ path }) => (path.includes('/entries/') ? [path] : []))
    expect(entries).toEqual(['/log/tile/entries/001', '/log/tile/entries/002.p/88'])
  })

  it('names who can tell whether what is gone was pruned', async () => {
    server.log = new MemoryLog(eventsOf(20, { closed: (seq) => seq === 7 }))
    const { code, out } = await verify()
    expect([code, out]).toEqual([0, expect.stringContaining('1 event with place, id and time only')])
    expect(out).toContain('"holdfast log fsck" says')
    server.log = younger
    expect((await verify('--new')).out).not.toContain('log fsck')
  })

  it('reads what the events say, unless it is told not to', async () => {
    expect((await verify()).out).toContain('What they say is what was recorded: 400 events with all that was recorded.')
    server.log = log
    expect((await verify('--since-verified')).out).toContain('recorded: 200 events with all')
    const before = server.asked.length
    const { out } = await verify('--no-contents')
    expect([out.includes('600 events'), out.includes('What they say')]).toEqual([true, false])
    expect(server.asked.slice(before).filter(({ path }) => path.includes('pack'))).toEqual([])
  })

  it('finds an event that says something else, though its place stands', async () => {
    const pack = (await younger.pack()).join('\n')
    server.instead = ({ path }) =>
      path.startsWith('/api/v1/ledger/pack')
        ? { type: 'x/y', body: `${pack.replace('event 333', 'event 334')}\n` }
        : undefined
    const { code, error } = await verify()
    expect([code, error.includes('first bad event: 333')]).toEqual([1, true])
    expect(await verify('--no-contents')).toMatchObject({ code: 0 })
  })

  it('does not take the events of another history, or fewer, for those that it asked for', async () => {
    const give = (lines: readonly string[]) => {
      server.instead = ({ path }) =>
        path.startsWith('/api/v1/ledger/pack') ? { type: 'x/y', body: `${lines.join('\n')}\n` } : undefined
    }
    give(await new MemoryLog(fork.events.slice(0, 400)).pack())
    expect(await verify()).toMatchObject({ code: 1, error: expect.stringContaining('(log_forked)') })
    give(await younger.pack(201, 400))
    const less = await verify()
    expect([less.code, less.error.includes('gave the events 201 to 400 instead of 1 to 400')]).toEqual([1, true])
  })

  it('of an empty log works, and remembers it', async () => {
    server.log = new MemoryLog([])
    expect(await verify()).toMatchObject({ code: 0 })
    server.log = younger
    expect(await verify()).toMatchObject({ code: 0 })
  })

  it('notices a log that was rolled back', async () => {
    server.log = log
    await verify()
    server.log = younger
    const { code, error } = await verify()
    expect(code).toBe(1)
    expect(error).toContain('(log_rolled_back)')
    expect(error).toContain('first bad event: 401')
    server.log = new MemoryLog([])
    expect((await verify()).error).toContain('first bad event: 1\n')
  })

  it('notices a rewritten history below the checkpoint that it remembers', async () => {
    await verify()
    server.log = fork
    expect(await verify()).toMatchObject({ code: 1, error: expect.stringContaining('(log_forked)') })
    expect(await verify('--since-verified')).toMatchObject({ code: 1, error: expect.stringContaining('(log_forked)') })
    expect(await verify('--new')).toMatchObject({ code: 0 })
  })

  it('notices another key, and says what the server names', async () => {
    await verify()
    const other = new MemoryLog(events, signerOf(2))
    server.log = other
    const { code, error } = await verify()
    expect(code).toBe(1)
    expect(error).toContain('(log_signature)')
    expect(error).toContain(other.signer.vkey)
  })

  it('notices another log at the same address', async () => {
    await verify()
    server.log = new MemoryLog(events, signerOf(1, 'another.test/log'))
    expect(await verify()).toMatchObject({ code: 1, error: expect.stringContaining('(log_signature)') })
    const { vkey } = server.log.signer
    expect(await verify('--vkey', vkey)).toMatchObject({ code: 1, error: expect.stringContaining('(log_other)') })
  })

  it('holds the log to the key that it is given, from the first time on', async () => {
    expect(await verify('--vkey', signerOf(2).vkey)).toMatchObject({ code: 1 })
    expect(await verify('--vkey', 'nonsense')).toMatchObject({ code: 1, error: expect.stringContaining('(log_key)') })
    const { code, out } = await verify('--vkey', younger.signer.vkey)
    expect(code).toBe(0)
    expect(out).not.toContain('The key is the one')
  })

  it('holds the log to anchors', async () => {
    server.log = log
    writeFileSync(join(folder, 'good'), younger.checkpoint(100) + log.checkpoint(500))
    writeFileSync(join(folder, 'bad'), fork.checkpoint(500))
    writeFileSync(join(folder, 'empty'), '')
    expect((await verify('--anchor', 'good')).out).toContain('It continues 2 anchored checkpoints.\n')
    expect(await verify('--anchor', 'bad')).toMatchObject({ code: 1, error: expect.stringContaining('(log_forked)') })
    expect(await verify('--anchor', 'empty')).toMatchObject({
      code: 1,
      error: expect.stringContaining('(anchor_empty)'),
    })
    expect(await verify('--anchor', 'none')).toMatchObject({ code: 1, error: expect.stringContaining('no file') })
  })

  it('names the first event that is not what the tree has', async () => {
    server.instead = ({ path }) => {
      if (!path.endsWith('/entries/001.p/144')) return undefined
      return { type: 'application/octet-stream', body: Buffer.alloc(144 * 59) }
    }
    const { code, error } = await verify()
    expect(code).toBe(1)
    expect(error).toContain('first bad event: 257')
  })

  it('says which events are missing when the server does not have them', async () => {
    server.instead = ({ path }) => {
      const problem = { type: 'x', title: 'x', status: 404, code: 'tile_not_found', detail: 'There is no such tile.' }
      if (!path.includes('/entries/001')) return undefined
      return { status: 404, type: 'application/problem+json', body: problem }
    }
    const { code, error } = await verify()
    expect([code, error.includes('Of the events 257 to 400 at least one is missing. (log_event_missing)')]).toEqual([
      1,
      true,
    ])
  })

  it('remembers nothing of a log that is not whole', async () => {
    server.instead = ({ path }) => (path.includes('/tile/0/') ? { type: 'x/y', body: Buffer.alloc(8192) } : undefined)
    expect(await verify()).toMatchObject({ code: 1, error: expect.stringContaining('(log_tree)') })
    server.log = fork
    server.instead = () => undefined
    expect((await verify()).out).toContain('verified for the first time')
  })

  it('does not take a damaged memory for none', async () => {
    await verify()
    const state = join(folder, 'holdfast', 'logs.json')
    writeFileSync(state, readFileSync(state, 'utf8').slice(1))
    expect(await verify()).toMatchObject({ code: 1, error: expect.stringContaining('(state_unreadable)') })
  })

  it('waits when the server says that it asks too often', async () => {
    let refused = 0
    server.instead = ({ path }) =>
      path.includes('/tile/') && refused++ < 3 ? { status: 429, headers: { 'retry-after': '0' }, body: {} } : undefined
    expect(await verify()).toMatchObject({ code: 0 })
    expect(refused).toBeGreaterThan(3)
  })

  it('says what cannot be meant', async () => {
    expect(await verify('--offline', 'x', '--new')).toMatchObject({ code: 2 })
    expect(await verify('--offline', 'x', '--since-verified')).toMatchObject({ code: 2 })
    expect(await verify('--offline', 'x', '--no-contents')).toMatchObject({ code: 2 })
  })
})
