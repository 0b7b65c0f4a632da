import { resolve } from 'node:path'
import type { Configuration } from '../configuration.ts'
import type { Finding } from '../doctor.ts'
import { keyFile, SealMismatch, SealStatus } from '../modules/keys/index.ts'
import { sealFile } from './desk.ts'

/** @returns what the running server says of its seal; undefined when what answers is no server that has one */
export async function askSeal(config: Configuration, request: typeof fetch): Promise<Finding | undefined> {
  const address = `${config.publicUrl}/api/v1/seal`
  const answer = await request(address, { signal: AbortSignal.timeout(5_000), redirect: 'manual' }).catch(
    () => undefined,
  )
  const parsed = SealStatus.safeParse(await answer?.json().catch(() => undefined))
  if (!parsed.success) return undefined
  const { sealed, kind, shares } = parsed.data
  const by = shares === null ? kind : `${kind}, ${shares.threshold} of ${shares.total} shares`
  if (!sealed) return { check: 'seal', status: 'ok', found: `unsealed; the root key is sealed by ${by}`, mend: null }
  const given = shares === null ? '' : `, ${shares.given} given`
  const mend =
    kind === 'file'
      ? 'Bring its key file back (seal.keyFile, else seal.key in the data directory); it looks for it by itself.'
      : 'Run "holdfast unseal".'
  return { check: 'seal', status: 'fail', found: `sealed by ${by}${given}`, mend }
}

/** What a start on this configuration would find, as far as the database is not needed for it. */
export function checkSeal(config: Configuration): Finding {
  const { kind = 'file', passphrase } = config.seal
  if (kind === 'shamir') return { check: 'seal', status: 'ok', found: 'shares, to be given at each start', mend: null }
  if (kind === 'passphrase') {
    return passphrase === undefined
      ? { check: 'seal', status: 'warn', found: 'a passphrase, to be given at each start', mend: unattended }
      : { check: 'seal', status: 'ok', found: 'a passphrase, which the configuration has', mend: null }
  }
  const path = sealFile(config, resolve(config.data))
  try {
    return keyFile(path).keys() === undefined
      ? { check: 'seal', status: 'ok', found: `${path}, made at the first start`, mend: null }
      : { check: 'seal', status: 'ok', found: `${path}, readable by its owner alone`, mend: null }
  } catch (error) {
    if (!(error instanceof SealMismatch)) throw error
    return {
      check: 'seal',
      status: 'fail',
      found: error.message,
      mend: 'Mend the file: the server does not start with it.',
    }
  }
}

const unattended = 'For starts that nobody attends, set HOLDFAST_SEAL_PASSPHRASE_FILE.'
