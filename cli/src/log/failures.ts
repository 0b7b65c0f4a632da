import type { LogFailure } from '@holdfast/merkle'
import { Failure } from '../failure.ts'

const copy = 'Keep a copy of the database as it is, and find out who could write to it.'
const mends: Partial<Record<LogFailure['code'], string>> = {
  key: 'Find out from whoever runs the log whether its key was replaced; then give the new one with --vkey.',
  anchor: 'Give checkpoints of this log; a pack compares only with those that it was made for (log pack --anchor).',
  cut_off: 'Fetch the file again.',
  digest: 'Fetch the file again.',
  malformed: 'Fetch the file again.',
}

/**
 * Why a verification ends with 1: what is wrong, and the first bad place.
 * @param otherwise what to do where the code alone does not say it
 */
export function notWhole({ code, seq, detail }: LogFailure, place?: string, otherwise = copy): Failure {
  const lines = [
    ...(place === undefined ? [] : [`first bad place: ${place}`]),
    ...(seq === null ? [] : [`first bad event: ${seq}`]),
  ]
  return new Failure({ code: `log_${code}`, detail, lines, mend: mends[code] ?? otherwise })
}
