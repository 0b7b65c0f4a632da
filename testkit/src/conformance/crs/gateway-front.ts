import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startUpstream, startWorld } from '@holdfast/gateway/testing'
import { Protection } from '@holdfast/http-guard'
import { lineOf } from './in-process.ts'
import { reflect } from './reflect.ts'
import { setupOf } from './setup.ts'

/** Something that listens, with the rules behind its HTTP parser, and a backend that reflects. */
export interface Front {
  readonly port: number
  /** What the rules saw and wrote since it was asked last, when all that came to the backend is over. */
  read(): Promise<Read>
  close(): Promise<void>
}

export interface Read {
  /** False where no rule was asked: the HTTP parser refused. */
  readonly seen: boolean
  readonly lines: readonly string[]
}

/** Milliseconds for which the end of a request is waited for. */
const PATIENCE = 60_000

/** Nothing but the rules judges what a request holds. */
const bare = { inspection: { mode: 'off' }, csrf: { mode: 'off' } } as const

/**
 * A whole gateway as an operator starts it: its own listening side, its own reading of the rules' directory, its own refusals, and the
 * backend of the regression tests behind it.
 * @param files the rule set's, latin1
 * @param hosts the application's: tests name many
 */
export async function gatewayFront(files: ReadonlyMap<string, string>, hosts: readonly string[]): Promise<Front> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crs-'))
  const entries = ['setup.conf', 'crs-setup.conf.example', 'rules/*.conf'].map((name) => `Include ${name}\n`)
  const all = new Map([...files, ['setup.conf', setupOf(4)], ['main.conf', entries.join('')]])
  for (const [name, text] of all) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, 'latin1')
  }
  const nothing = () => ({ arrived: 0, answered: 0, seen: false, lines: [] as string[] })
  let since = nothing()
  const upstream = await startUpstream((request, response) => {
    since.arrived++
    answer(request, response).catch(() => response.destroy())
  })
  const world = await startWorld({
    upstream: upstream.origin,
    hosts,
    publicPaths: ['/*'],
    bodyBytes: 64 * 1024 * 1024,
    protection: Protection.parse(bare),
    gateway: {
      rules: folder,
      rate: null,
      onTried: ({ audit, answerHeaders }) => {
        since.seen = true
        if (answerHeaders.length > 0) since.answered++
        since.lines.push(...audit.matches.filter(({ log }) => log).map(lineOf))
      },
    },
  })
  return {
    port: Number(new URL(world.gateway.url).port),
    async read() {
      // What the gateway refuses is told before its answer leaves; what came to the backend when the answer is over.
      const end = performance.now() + PATIENCE
      while (since.answered < since.arrived && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 1))
      const { seen, lines } = since
      since = nothing()
      return { seen, lines }
    },
    async close() {
      await world.close()
      await upstream.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { status, headers, body } = reflect(request.url ?? '', Buffer.concat(chunks).toString('latin1'))
  const bytes = Buffer.from(body, 'latin1')
  const told = headers.filter(([name]) => !/^(?:content-length|transfer-encoding|connection)$/i.test(name))
  response.writeHead(status, [...told, ['Content-Length', String(bytes.length)]].flat())
  response.end(bytes)
}
