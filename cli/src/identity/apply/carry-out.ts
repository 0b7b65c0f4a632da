import { resolve } from 'node:path'
import type { Api } from '../../api/client.ts'
import { Failure } from '../../failure.ts'
import type { Change } from './plan.ts'
import type { Prepared } from './prepare.ts'
import { type MadeSecret, writeSecretOut } from './secrets.ts'
import { idOf, nameOf } from './thing.ts'
import { write } from './write.ts'

/** What became of a plan. */
export interface Outcome {
  readonly done: readonly Change[]
  /** what stopped it; the change may have been made all the same where the answer was lost */
  readonly failed: { readonly change: Change; readonly failure: Failure } | null
  readonly left: readonly Change[]
  readonly secrets: readonly MadeSecret[]
}

/** Makes one change after the other, and stops at the first that does not work. Never throws: what was done must be said. */
export async function carryOut(api: Api, { changes, entries, secrets }: Prepared): Promise<Outcome> {
  const made: MadeSecret[] = []
  for (const [at, change] of changes.entries()) {
    try {
      const secret = await write(api, change, secrets.get(change))
      if (secret !== undefined) made.push(kept(change, secret, entries))
    } catch (error) {
      const failure = error instanceof Failure ? error : unexpected(error)
      return { done: changes.slice(0, at), failed: { change, failure }, left: changes.slice(at + 1), secrets: made }
    }
  }
  return { done: changes, failed: null, left: [], secrets: made }
}

/** Written down at once: a later change may fail. */
function kept({ thing }: Change, secret: string, entries: Prepared['entries']): MadeSecret {
  const client = nameOf(thing)
  const entry = entries.get(idOf(thing))
  if (entry?.secretOut === undefined) return { client, secret, file: null }
  const file = resolve(entry.folder, entry.secretOut)
  return { client, secret, file: writeSecretOut(file, secret) ? file : null }
}

function unexpected(cause: unknown): Failure {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new Failure({ code: 'unexpected', detail, cause })
}
