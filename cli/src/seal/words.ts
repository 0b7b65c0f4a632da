import { count } from '../output/count.ts'
import type { SealStatus } from './types.ts'

/** `1 of 3 shares given` */
export function progress({ shares }: SealStatus): string {
  return shares === null ? '' : `${shares.given} of ${count(shares.threshold, 'share')} given`
}

/** What is to be done with a sealed server, in a sentence. */
export function whatOpens({ kind, shares }: SealStatus): string {
  if (kind === 'file') return 'Bring its key file back (seal.keyFile, else seal.key in the data directory).'
  if (kind === 'passphrase') return 'Run "holdfast unseal" and give the passphrase.'
  if (shares === null) return 'Run "holdfast unseal".'
  return `Run "holdfast unseal" until ${shares.threshold} of the ${shares.total} shares were given.`
}
