import { rmSync } from 'node:fs'
import type { Engine } from '@holdfast/seclang'
import { Failure } from '../failure.ts'
import { ArchiveError, readArchive } from './archive.ts'
import { type Manifest, readManifest, sha256, stage, swap } from './folder.ts'
import { OpenPgpError } from './openpgp/bytes.ts'
import { type Proved, verifyDetached } from './openpgp/detached.ts'
import type { Release } from './release.ts'

export interface Install {
  readonly release: Release
  readonly folder: string
  /** SHA-256 that the archive must have; undefined: any. */
  readonly digest: string | undefined
  readonly fingerprint: string
  /** Version that was asked for; undefined: none. */
  readonly version: string | undefined
  readonly replace: boolean
  /** Seconds since 1970. */
  readonly now: number
  /** Compiles what is in a folder. */
  readonly compile: (folder: string) => Engine
}

export interface Installed extends Omit<Manifest, 'files'> {
  readonly to: string
  readonly files: number
  readonly rules: number
  /** When it was signed; null: nobody was asked. */
  readonly signedAt: string | null
  /** Files of the operator that went on. */
  readonly kept: readonly string[]
  /** The version that was there before. */
  readonly before: string | null
}

/** Checks, unpacks and compiles a release; only then it takes the folder's place. */
export function install(options: Install): Installed {
  const { release, folder, version, replace } = options
  const digest = sha256(release.archive)
  if (options.digest !== undefined && options.digest !== digest) {
    const lines = [`wanted ${options.digest}`, `is     ${digest}`]
    throw new Failure({ code: 'digest_wrong', detail: 'The archive is not the one with this digest.', lines })
  }
  const proved = release.signature === null ? null : prove(options)
  const { found, files } = rulesOf(read(release.archive))
  if (version !== undefined && version !== found)
    throw new Failure({ code: 'version_wrong', detail: `The archive is version ${found}, and not ${version}.` })
  const before = readManifest(folder)
  if (version === undefined && before !== null && isOlder(found, before.version)) {
    throw new Failure({
      code: 'version_older',
      detail: `Version ${before.version} is installed, and the archive is ${found}.`,
      mend: `To go back, say so: crs@${found}.`,
    })
  }
  const about = { name: 'crs', version: found, digest, signer: proved?.signer ?? null } as const
  const staged = stage(folder, files, about, replace)
  try {
    const { rules } = options.compile(staged.folder)
    swap(folder, staged.folder)
    return {
      ...about,
      to: folder,
      files: files.size,
      rules: rules.length,
      signedAt: proved === null ? null : new Date(proved.created * 1000).toISOString(),
      kept: staged.kept,
      before: before?.version ?? null,
    }
  } finally {
    rmSync(staged.folder, { recursive: true, force: true })
  }
}

function prove({ release, fingerprint, now }: Install): Proved {
  const { archive, signature, key } = release
  if (signature === null || key === null) throw new RangeError('there is a signature')
  try {
    return verifyDetached({ data: archive, signature, keys: key, fingerprint, now })
  } catch (error) {
    if (!(error instanceof OpenPgpError)) throw error
    throw new Failure({
      code: 'signature_invalid',
      detail: `The archive proves nothing: ${error.message}`,
      cause: error,
    })
  }
}

function read(archive: Buffer): ReadonlyMap<string, Buffer> {
  try {
    return readArchive(archive)
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    throw new Failure({ code: 'archive_refused', detail: error.message, cause: error })
  }
}

/** What a gateway reads and what an operator may want to: tests and tools of the project stay where they are. */
const wanted = /^(?:crs-setup\.conf\.example|(?:rules|plugins)\/[^/]+\.(?:conf|data|example)|LICENSE|CHANGES\.md)$/

function rulesOf(all: ReadonlyMap<string, Buffer>): { found: string; files: ReadonlyMap<string, Buffer> } {
  const tops = new Set([...all.keys()].map((name) => name.slice(0, Math.max(0, name.indexOf('/')))))
  const [top = ''] = tops
  const [, found] = /^coreruleset-(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)$/.exec(top) ?? []
  if (tops.size !== 1 || found === undefined)
    throw new Failure({ code: 'archive_refused', detail: 'The archive is no release of the Core Rule Set.' })
  const files = new Map<string, Buffer>()
  for (const [name, bytes] of all) {
    const inside = name.slice(top.length + 1)
    if (wanted.test(inside)) files.set(inside, bytes)
  }
  if (!files.has('crs-setup.conf.example') || ![...files.keys()].some((name) => /^rules\/.*\.conf$/.test(name)))
    throw new Failure({ code: 'archive_refused', detail: 'The archive holds no rules.' })
  return { found, files }
}

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): number[] => text.split(/[.-]/, 3).map(Number)
  const [left, right] = [numbers(version), numbers(than)]
  const at = left.findIndex((number, index) => number !== right[index])
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0)
}
