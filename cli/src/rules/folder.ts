import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { Failure } from '../failure.ts'

/** What was installed, beside it: what of the folder is the release's, and what the operator's. */
const manifestName = '.holdfast-rules.json'
const setup = 'crs-setup.conf'

const Manifest = z.object({
  name: z.literal('crs'),
  version: z.string(),
  /** SHA-256 of the archive. */
  digest: z.string(),
  /** Fingerprint of who signed it; null: nobody was asked. */
  signer: z.string().nullable(),
  /** SHA-256 by name. */
  files: z.record(z.string(), z.string()),
})
export type Manifest = z.infer<typeof Manifest>

export interface Staged {
  /** A folder beside the one that is wanted. */
  readonly folder: string
  /** What of the operator's goes on. */
  readonly kept: readonly string[]
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** @returns null where there is none */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, manifestName)
  if (!existsSync(path)) return null
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  return parsed.success ? parsed.data : null
}

/**
 * Writes a release beside the folder, with what in that is the operator's: `crs-setup.conf`, and every file that no release brought.
 * @param replace files of the release that were changed give way
 * @throws Failure where that is not clear
 */
export function stage(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  about: Omit<Manifest, 'files'>,
  replace: boolean,
): Staged {
  const own = existsSync(folder) ? ownFiles(folder, files, replace) : new Map<string, Buffer>()
  mkdirSync(dirname(folder), { recursive: true })
  const staged = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`))
  // The gateway may run as somebody else.
  chmodSync(staged, 0o755)
  const manifest: Manifest = {
    ...about,
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)])),
  }
  const example = files.get(`${setup}.example`)
  const all = new Map([...files, ...(example === undefined ? [] : [[setup, example] as const]), ...own])
  all.set(manifestName, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
  for (const [name, bytes] of all) {
    mkdirSync(dirname(join(staged, name)), { recursive: true })
    writeFileSync(join(staged, name), bytes, { flag: 'wx', mode: 0o644 })
  }
  return { folder: staged, kept: [...own.keys()].toSorted() }
}

/** Puts the staged folder in the place of the one that was there. */
export function swap(folder: string, staged: string): void {
  const old = `${staged}.old`
  const before = existsSync(folder)
  if (before) renameSync(folder, old)
  try {
    renameSync(staged, folder)
  } catch (error) {
    if (before) renameSync(old, folder)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function ownFiles(folder: string, files: ReadonlyMap<string, Buffer>, replace: boolean): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const manifest = readManifest(folder)
  if (manifest === null && names.length > 0) {
    throw new Failure({
      code: 'folder_foreign',
      detail: `${folder} holds files that this command did not bring.`,
      mend: 'Name another folder, and take your own files over by hand.',
    })
  }
  const own = new Map<string, Buffer>()
  const changed: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    const kind = lstatSync(path)
    if (kind.isDirectory() || name === manifestName) continue
    if (!kind.isFile()) throw new Failure({ code: 'folder_foreign', detail: `${path} is no file.` })
    const bytes = readFileSync(path)
    const brought = manifest?.files[name]
    if (brought === sha256(bytes)) continue
    const given = files.get(name)
    if (brought === undefined && given === undefined) own.set(name, bytes)
    else if (given === undefined || !given.equals(bytes)) changed.push(name)
  }
  if (changed.length > 0 && !replace) {
    throw new Failure({
      code: 'rules_changed',
      detail: `Files of the release were changed in ${folder}, and would be lost:`,
      lines: changed,
      mend: 'What is yours belongs into crs-setup.conf and files of your own. --replace gives the changes up.',
    })
  }
  return own
}
