import { usage } from '../failure.ts'
import { bytesOf, leadsTo } from './download.ts'

/** The Core Rule Set's own places, and the key that its releases are signed with (coreruleset.org/docs/1-getting-started/1-1-crs-installation). */
export const CRS = {
  releases: 'https://github.com/coreruleset/coreruleset/releases',
  key: 'https://coreruleset.org/security.asc',
  fingerprint: '36006F0E0BA167832158821138EEACA1AB8A6E72',
} as const

const mostSigned = 1024 * 1024

export interface Sources {
  /** Version that is wanted, `4.29.0`; undefined: the latest. */
  readonly version: string | undefined
  /** File or address; undefined: the release of the version. */
  readonly from: string | undefined
  /** undefined: `.asc` beside it */
  readonly signature: string | undefined
  readonly key: string
  readonly releases: string
  readonly unsigned: boolean
  readonly cwd: string
}

export interface Release {
  readonly archive: Buffer
  /** null: it is not to be checked. */
  readonly signature: Buffer | null
  readonly key: Buffer | null
}

/** `crs` or `crs@4.29.0` */
export function readWanted(text: string): string | undefined {
  const match = /^crs(?:@v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?))?$/.exec(text)
  if (match === null) throw usage(`There are no rules ${text}.`, 'There is crs, also with its version: crs@4.29.0.')
  return match[1]
}

export async function fetchRelease(sources: Sources): Promise<Release> {
  const { from, signature, key, unsigned, cwd } = sources
  const place = from ?? (await addressOf(sources))
  const archive = await bytesOf(place, cwd)
  if (unsigned) return { archive, signature: null, key: null }
  return {
    archive,
    signature: await bytesOf(signature ?? `${place}.asc`, cwd, mostSigned),
    key: await bytesOf(key, cwd, mostSigned),
  }
}

/** The archive without tests. */
async function addressOf({ version, releases }: Sources): Promise<string> {
  const found = version ?? (await latest(releases))
  return `${releases}/download/v${found}/coreruleset-${found}-minimal.tar.gz`
}

/** The address of the latest release leads to that of its tag. */
async function latest(releases: string): Promise<string> {
  const [, version] = /\/tag\/v(\d+\.\d+\.\d+)$/.exec((await leadsTo(`${releases}/latest`)) ?? '') ?? []
  if (version === undefined)
    throw usage(`${releases}/latest does not say which release is the latest.`, 'Name one: crs@4.29.0.')
  return version
}
