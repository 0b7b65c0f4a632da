import { encodeEntries, formatEventProof, inclusionProof, parseEntry, parseTilePath } from '@holdfast/merkle'
import type { MemoryLog } from '@holdfast/merkle/testing'
import { scripted, type Asked, type Scripted, type Told } from './run.ts'

/** What a control plane serves of a log, as a test wishes it to be. */
export interface LogServer extends Scripted {
  /** The log that is served; may be changed at any time. */
  log: MemoryLog
  /** Answers in place of the log where it gives something. */
  instead: (asked: Asked) => Told | undefined
}

export async function logServer(first: MemoryLog): Promise<LogServer> {
  const state = { log: first, instead: (_asked: Asked): Told | undefined => undefined }
  const server = await scripted((asked) => state.instead(asked) ?? answer(state.log, asked.path))
  return Object.assign(state, server)
}

async function answer(log: MemoryLog, target: string): Promise<Told> {
  const { pathname, searchParams } = new URL(target, 'http://server')
  const text = (body: string): Told => ({ type: 'text/plain; charset=utf-8', body })
  if (pathname === '/log/checkpoint') return text(log.checkpoint())
  if (pathname === '/log/key') return text(`${log.signer.vkey}\n`)
  const tile = parseTilePath(pathname.slice('/log/'.length))
  if (tile !== undefined) {
    const entries = log.events.slice(tile.index * 256, tile.index * 256 + tile.width).map(({ entry }) => entry)
    return {
      type: 'application/octet-stream',
      body: tile.level === 'entries' ? encodeEntries(entries) : log.read(tile),
    }
  }
  const [, id] = /^\/api\/v1\/events\/([^/]+)\/proof$/.exec(pathname) ?? []
  const event = log.events.find(({ entry }) => parseEntry(entry).id === id)
  if (event !== undefined) {
    const { seq, ...what } = event
    const hashes = inclusionProof(seq - 1, log.size, log.read)
    return text(
      formatEventProof({ ...what, vkey: log.signer.vkey, index: seq - 1, hashes, checkpoint: log.checkpoint() }),
    )
  }
  if (pathname === '/api/v1/ledger/head') {
    return { body: { size: log.size, vkey: log.signer.vkey, checkpoint: log.checkpoint() } }
  }
  if (pathname === '/api/v1/ledger/fsck') return { status: 202, body: { id: 'f1' } }
  if (pathname === '/api/v1/ledger/fsck/f1') {
    return { body: { id: 'f1', state: 'done', size: log.size, checked: log.size, ok: true, problems: [], more: 0 } }
  }
  if (pathname === '/api/v1/ledger/pack') {
    const older = (searchParams.get('older') ?? '').split(',').filter(Boolean).map(Number)
    const lines = await log.pack(Number(searchParams.get('from')), Number(searchParams.get('to')), { older })
    return { type: 'application/x-ndjson', body: `${lines.join('\n')}\n` }
  }
  return { status: 404, type: 'text/plain', body: 'nothing' }
}
