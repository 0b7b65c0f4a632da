import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../stack/ports.ts'
import { openFolder, start, type Started } from './process.ts'
import { holdfast, type Ran, type Surroundings } from './run.ts'

export interface RealServer {
  readonly url: string
  readonly folder: string
  readonly process: Started
  /** A command line against it, with its bootstrap token. */
  cli(words: readonly string[], surroundings?: Surroundings): Promise<Ran>
  /** The same, with the answer read as JSON. */
  json<Answer>(...words: string[]): Promise<Answer>
  stop(): Promise<void>
}

/** `holdfast start` in a process of its own, on its embedded PostgreSQL. */
export async function startReal(): Promise<RealServer> {
  const folder = openFolder('real')
  const data = join(folder, 'data')
  const port = await freePort()
  const url = `http://localhost:${port}`
  const settings = ['--set', `http.listen=127.0.0.1:${port}`, '--set', `publicUrl=${url}`]
  const process = start(['start', '--data', data, ...settings], { cwd: folder })
  await process.saying(/Holdfast is ready/)
  const cli = (words: readonly string[], surroundings: Surroundings = {}) =>
    holdfast([...words, '--url', url, '--data', data], { cwd: folder, ...surroundings })
  return {
    url,
    folder,
    process,
    cli,
    async json<Answer>(...words: string[]) {
      const { code, out, error } = await cli([...words, '--json'])
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${error}`)
      return JSON.parse(out) as Answer
    },
    async stop() {
      process.child.kill('SIGTERM')
      await process.ended()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
