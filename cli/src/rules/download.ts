import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../failure.ts'

const mostBytes = 32 * 1024 * 1024
const patienceMs = 120_000

const isUrl = (place: string): boolean => /^https?:\/\//i.test(place)

/** The bytes of a file, or of what an address answers. @param most bytes */
export async function bytesOf(place: string, cwd: string, most: number = mostBytes): Promise<Buffer> {
  if (!isUrl(place)) {
    const path = resolve(cwd, place)
    const found = statSync(path)
    if (found.isDirectory()) throw folder(place)
    if (found.size > most) throw tooLarge(place)
    return readFileSync(path)
  }
  const response = await fetched(place, 'follow')
  if (!response.ok) {
    await response.body?.cancel()
    throw failed(place, `the answer was ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > most) throw tooLarge(place)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof Failure ? error : failed(place, String(error))
  }
  return Buffer.concat(chunks)
}

/** Where an address leads; undefined: nowhere else. */
export async function leadsTo(place: string): Promise<string | undefined> {
  const response = await fetched(place, 'manual')
  await response.body?.cancel()
  return response.headers.get('location') ?? undefined
}

async function fetched(place: string, redirect: 'follow' | 'manual'): Promise<Response> {
  try {
    return await fetch(place, { redirect, signal: AbortSignal.timeout(patienceMs) })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw failed(place, cause)
  }
}

function failed(place: string, why: string): Failure {
  return new Failure({
    code: 'download_failed',
    detail: `${place} could not be downloaded: ${why}.`,
    mend: 'Where this machine has no way there, bring the files and name them: --from FILE --signature FILE --key FILE.',
  })
}

const folder = (place: string): Failure =>
  new Failure({
    code: 'archive_refused',
    detail: `${place} is a folder, and no archive of a release.`,
    mend: `Rules that are unpacked already need no installing: holdfast rules check ${place}, then holdfast gateway start --rules ${place}.`,
  })

const tooLarge = (place: string): Failure =>
  new Failure({ code: 'too_large', detail: `${place} is larger than what can be meant.` })
