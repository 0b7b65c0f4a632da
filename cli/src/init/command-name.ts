import { realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Terminal } from '../terminal.ts'

/** How this command is typed in this shell: `holdfast` where its PATH finds us, the way to our launcher otherwise. */
export function commandName({ env, cwd }: Terminal): string {
  const launcher = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url))
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  if (folders.some((folder) => leadsTo(join(folder, 'holdfast'), launcher))) return 'holdfast'
  return `node ${relative(cwd, launcher) || launcher}`
}

function leadsTo(path: string, launcher: string): boolean {
  try {
    return realpathSync(path) === realpathSync(launcher)
  } catch {
    return false
  }
}
