import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url))

export interface Started {
  readonly child: ChildProcess
  /** All that it has written to both streams so far. */
  said(): string
  /** Resolves when it has said this; throws when it ends before. */
  saying(pattern: RegExp): Promise<string>
  /** @returns the exit code, or the signal */
  ended(): Promise<number | NodeJS.Signals | null>
}

/** Starts a program on this Node, `holdfast` when no file is named. */
export function start(
  parameters: readonly string[],
  { cwd, env = {}, file = launcher }: { cwd?: string; env?: Readonly<Record<string, string>>; file?: string } = {},
): Started {
  const child = spawn(process.execPath, [file, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    ...(cwd !== undefined && { cwd }),
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      child.emit('said')
    })
  }
  const end = once(child, 'close').then(
    ([code, signal]) => (code as number | null) ?? (signal as NodeJS.Signals | null),
  )
  return {
    child,
    said: () => text,
    ended: () => end,
    async saying(pattern) {
      while (!pattern.test(text)) {
        const over = await Promise.race([once(child, 'said').then(() => undefined), end])
        if (over !== undefined && !pattern.test(text)) throw new Error(`It ended with ${over} and said:\n${text}`)
      }
      return text
    },
  }
}

/** A folder that another system user can enter: as root, PostgreSQL runs as one. */
export function openFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`))
  chmodSync(folder, 0o755)
  return folder
}
