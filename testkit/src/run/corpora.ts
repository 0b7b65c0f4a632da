import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Directory of a corpus: under HOLDFAST_CORPORA, or beside the repository. A test of one that is absent is counted as skipped. */
export function corpusAt(name: string): { readonly path: string; readonly absent: boolean } {
  const root = process.env['HOLDFAST_CORPORA'] ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))
  const path = join(root, name)
  return { path, absent: !existsSync(path) }
}
