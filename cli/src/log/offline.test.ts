import { eventsOf, MemoryLog, signerOf } from '@holdfast/merkle/testing'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logServer, type LogServer } from '../testing/log-server.ts'
import { holdfast } from '../testing/run.ts'

const log = new MemoryLog(eventsOf(600, { erased: (seq) => seq % 10 === 0, closed: (seq) => seq === 7 }))
const fork = new MemoryLog(eventsOf(600, { note: 'of the fork' }))
const id = (seq: number) => `01930000-0000-7000-8000-${String(seq).padStart(12, '0')}`

let folder: string
let server: LogServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-pack-'))
  server = await logServer(log)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (words: readonly string[], state = folder) =>
  holdfast([...words, '--url', server.url], { cwd: folder, env: { XDG_STATE_HOME: state } })
const offline = (file: string, ...options: string[]) => run(['log', 'verify', '--offline', file, ...options])
const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

describe('a pack', () => {
  it('is fetched, verified, and proves offline what it has', async () => {
    const packed = await run(['log', 'pack', '--out', 'all.pack'])
    expect(packed).toMatchObject({ code: 0, error: '' })
    const { code, out } = await offline('all.pack')
    expect(code).toBe(0)
    expect(out).toContain('Events 1 to 600 (600) are unchanged')
    expect(out).toContain(
      '539 events with all that was recorded; 60 events without what was of persons who were erased;',
    )
    expect(out).toContain('1 event with place, id and time only')
    expect(out).toContain('Only the file itself says that this is the key of the log')
    const known = await offline('all.pack', '--vkey', log.signer.vkey)
    expect(known.out).not.toContain('Only the file itself')
    expect(JSON.parse((await offline('all.pack', '--json')).out)).toMatchObject({
      ok: true,
      whole: 539,
      keyTrusted: false,
    })
  })

  it('is held to the key that was remembered when its log was verified', async () => {
    const state = join(folder, 'remembers')
    await run(['log', 'verify'], state)
    write('own.pack', `${(await log.pack(1, 3)).join('\n')}\n`)
    write('other.pack', `${(await new MemoryLog(log.events, signerOf(2)).pack(1, 3)).join('\n')}\n`)
    const own = await run(['log', 'verify', '--offline', 'own.pack'], state)
    expect([own.code, own.out.includes('Only the file itself')]).toEqual([0, false])
    const other = await run(['log', 'verify', '--offline', 'other.pack'], state)
    expect(other).toMatchObject({ code: 1, error: expect.stringContaining('(log_key)') })
  })

  it('of a part is made for the anchors that it is to be compared with', async () => {
    write('anchors', log.checkpoint(100) + log.checkpoint(600))
    write('forked', fork.checkpoint(100))
    const packed = await run([
      'log',
      'pack',
      '--from',
      '500',
      '--to',
      '510',
      '--out',
      'part.pack',
      '--anchor',
      'anchors',
    ])
    expect(packed).toMatchObject({ code: 0, out: expect.stringContaining('continues 2 anchored checkpoints') })
    expect(await offline('part.pack', '--anchor', 'anchors')).toMatchObject({ code: 0 })
    const forked = await offline('part.pack', '--anchor', 'forked')
    expect(forked).toMatchObject({ code: 1, error: expect.stringContaining('(log_forked)') })
  })

  it('that was made before an anchor says so, and accuses nobody', async () => {
    write('early.pack', `${(await log.pack(1, 400, { size: 400 })).join('\n')}\n`)
    write('later', log.checkpoint(401))
    const { code, error } = await offline('early.pack', '--anchor', 'later')
    expect([code, error]).toEqual([1, expect.stringContaining('(log_anchor)')])
    expect(error).toContain('was made before that checkpoint, or')
    expect(error).not.toContain('find out who could write to it')
  })

  it('that a server forged is not written without a word', async () => {
    const text = `${(await log.pack(20, 22)).join('\n')}\n`
    server.instead = ({ path }) => {
      if (!path.startsWith('/api/v1/ledger/pack')) return undefined
      return { type: 'application/x-ndjson', body: text.replace('event 21', 'event 12') }
    }
    const { code, error } = await run(['log', 'pack', '--from', '20', '--to', '22', '--out', 'forged.pack'])
    server.instead = () => undefined
    expect(code).toBe(1)
    expect(error).toContain('first bad event: 21')
  })

  it('that does not come whole is not there', async () => {
    server.instead = ({ path }) =>
      path.startsWith('/api/v1/ledger/pack') ? { type: 'application/x-ndjson', body: '{"pack":' } : undefined
    const { code, error } = await run(['log', 'pack', '--from', '20', '--to', '22', '--out', 'cut.pack'])
    server.instead = () => undefined
    expect([code, error.includes('(pack_incomplete)')]).toEqual([1, true])
    expect([existsSync(join(folder, 'cut.pack')), existsSync(join(folder, 'cut.pack.part'))]).toEqual([false, false])
  })
})

describe('log verify --offline', () => {
  it('names the first bad place', async () => {
    const lines = await log.pack(250, 260)
    const at = lines.findIndex((line) => line.startsWith('{"seq":255'))
    write('bad.pack', `${lines.with(at, (lines[at] ?? '').replace('event 255', 'event 256')).join('\n')}\n`)
    const { code, error } = await offline('bad.pack')
    expect(code).toBe(1)
    expect(error).toContain('(log_event_content)')
    expect(error).toContain(`first bad place: line ${at + 1} of bad.pack\n`)
    expect(error).toContain('first bad event: 255\n')
    write('removed.pack', `${lines.toSpliced(at, 1).join('\n')}\n`)
    expect((await offline('removed.pack')).error).toContain('first bad event: 255\n')
  })

  it.each([
    ['nothing', '', '(log_cut_off)'],
    ['no text', Buffer.from('{"pack":"\xff"}\n', 'latin1'), 'Line 1 is no text.'],
    ['a line without an end', 'c2sp.org/tlog-proof@v1', 'Line 1 is cut off.'],
    ['an endless line', `${'x'.repeat(5_000_000)}\n`, 'Line 1 is longer'],
    ['something else', 'hello\n', 'first bad place: line 1 of it\n'],
    ['a proof of nothing', 'c2sp.org/tlog-proof@v1\n', '(log_malformed)'],
  ])('refuses %s', async (_what, content, words) => {
    write('it', content)
    const { code, error } = await offline('it')
    expect([code, error.includes(words)]).toEqual([1, true])
  })

  it('does not take a carriage return for the end of a line, nor a byte order mark for nothing', async () => {
    const text = `${(await log.pack(1, 2)).join('\n')}\n`
    write('crlf', text.replaceAll('\n', '\r\n'))
    write('bom', `\ufeff${text}`)
    expect(await offline('crlf')).toMatchObject({ code: 1 })
    expect(await offline('bom')).toMatchObject({ code: 1 })
  })
})

describe('log prove', () => {
  it('writes a proof that holds offline', async () => {
    const { code, out } = await run(['log', 'prove', id(17), '--out', 'it.tlog-proof'])
    expect([code, out.includes('Event 17 is unchanged')]).toEqual([0, true])
    const verified = await offline('it.tlog-proof', '--vkey', log.signer.vkey)
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringContaining('Event 17 is unchanged and at the same place'),
    })
    write('bad.tlog-proof', read('it.tlog-proof').replace('index 16', 'index 17'))
    const bad = await offline('bad.tlog-proof')
    expect(bad).toMatchObject({ code: 1, error: expect.stringContaining('first bad event: 18') })
  })

  it('without a file prints the proof and nothing else', async () => {
    const { code, out } = await run(['log', 'prove', id(10)])
    expect([code, out.startsWith('c2sp.org/tlog-proof@v1\nextra ')]).toEqual([0, true])
    write('printed', out)
    expect((await offline('printed')).out).toContain('1 event without what was of persons who were erased')
  })

  it('refuses a proof that does not hold', async () => {
    server.log = fork
    const { vkey } = signerOf(2)
    expect(await run(['log', 'prove', id(17), '--vkey', vkey])).toMatchObject({ code: 1 })
    server.log = log
  })
})

describe('log fsck', () => {
  it('has the server look, and looks itself', async () => {
    const { code, out } = await run(['log', 'fsck'])
    expect([code, out.includes('whole (600 events), and so it is seen from here (600 events)')]).toEqual([0, true])
    const problems = [{ code: 'entry_missing', seq: 5, event: 'e5', detail: 'The entry is not there.' }]
    let looks = 0
    server.instead = ({ path }) => {
      if (!path.endsWith('/fsck/f1')) return undefined
      const state = looks++ === 0 ? 'running' : 'done'
      return { body: { id: 'f1', state, size: 600, checked: 600, ok: false, problems, more: 2 } }
    }
    const bad = await run(['log', 'fsck'])
    expect(bad.code).toBe(1)
    expect(bad.error).toContain(
      '3 problems in 600 events. (fsck_entry_missing)\n  event 5 (e5): The entry is not there.',
    )
    server.instead = ({ path }) => (path.includes('/tile/0/') ? { type: 'x/y', body: Buffer.alloc(8192) } : undefined)
    const lying = await run(['log', 'fsck'])
    server.instead = () => undefined
    expect(lying).toMatchObject({ code: 1, error: expect.stringContaining('(log_tree)') })
  })
})
