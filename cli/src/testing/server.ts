import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '@holdfast/server/main'
import { freePort } from '../stack/ports.ts'
import { createDatabase } from './database.ts'
import { openFolder, start, type Started } from './process.ts'
import { holdfast, type Ran, type Surroundings } from './run.ts'

export interface RealServer {
  readonly url: string
  readonly folder: string
  /** A command line against it, with its bootstrap token. */
  cli(words: readonly string[], surroundings?: Surroundings): Promise<Ran>
  /** The same, with the answer read as JSON. */
  json<Answer>(...words: string[]): Promise<Answer>
  stop(): Promise<void>
}

/** The real server, in this process, on a database of its own in the run's PostgreSQL. */
export async function startReal(env: Readonly<Record<string, string>> = {}): Promise<RealServer> {
  const database = await createDatabase()
  const place = await choosePlace()
  const server = await startServer({
    env,
    logFile: join(place.folder, 'server.log'),
    flags: { ...place.flags, 'database.url': database.url, 'database.poolSize': '8' },
  })
  return realServer(place, async () => {
    await server.stop()
    await database.drop()
  })
}

/** `holdfast start` in a process of its own, on its embedded PostgreSQL. */
export async function startApart(): Promise<RealServer & { readonly process: Started }> {
  const place = await choosePlace()
  const { data, ...settings } = place.flags
  const words = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const process = start(['start', '--data', data, ...words], { cwd: place.folder })
  await process.saying(/Holdfast is ready/)
  const server = realServer(place, async () => {
    process.child.kill('SIGTERM')
    await process.ended()
  })
  return { ...server, process }
}

interface Place {
  readonly url: string
  readonly folder: string
  readonly flags: { readonly data: string; readonly publicUrl: string; readonly 'http.listen': string }
}

async function choosePlace(): Promise<Place> {
  const folder = openFolder('real')
  const port = await freePort()
  const url = `http://localhost:${port}`
  return { url, folder, flags: { data: join(folder, 'data'), publicUrl: url, 'http.listen': `127.0.0.1:${port}` } }
}

function realServer({ url, folder, flags: { data } }: Place, end: () => Promise<void>): RealServer {
  const cli = (words: readonly string[], surroundings: Surroundings = {}) =>
    holdfast([...words, '--url', url, '--data', data], { cwd: folder, ...surroundings })
  return {
    url,
    folder,
    cli,
    async json<Answer>(...words: string[]) {
      const { code, out, error } = await cli([...words, '--json'])
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${error}`)
      return JSON.parse(out) as Answer
    },
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
