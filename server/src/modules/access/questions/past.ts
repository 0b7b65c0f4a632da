import { z } from 'zod'
import { PolicyError } from '@holdfast/policy'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import { errors } from '../errors.ts'
import { grantErrors } from '../grants/errors.ts'
import { moments } from '../grants/shapes.ts'
import { givesLastingPower } from '../own/lasting.ts'
import { ownApplication } from '../own/load.ts'
import { findApplication } from '../store.ts'
import type { World, Worlds } from '../world/index.ts'

/** A JSON object in a query. */
const jsonObject = z
  .string()
  .max(8192)
  .transform((text, context): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    } catch {
      // Said below.
    }
    context.addIssue({ code: 'custom', message: 'a JSON object' })
    return z.NEVER
  })

/** What every question about who can do what may say. */
export const questionParts = {
  ...moments,
  context: jsonObject.optional(),
  /** attributes of the resource that are not stored */
  properties: jsonObject.optional(),
}

export interface When {
  readonly at?: Date | undefined
  readonly recordedAt?: Date | undefined
  /** what is asked about, where it is one act */
  readonly action?: string | undefined
  readonly resource?: Uid | undefined
}

/**
 * The world of now, or the one of then: what held at `at`, by what was believed at `recordedAt`. Who asks only what was believed
 * asks about that moment.
 * @returns `application_not_found`, or `past_unknown` when it was not there then
 */
export async function worldWhen(
  tx: Transaction,
  worlds: Worlds,
  application: string,
  { at, recordedAt, action, resource }: When,
  now: Date,
): Promise<Outcome<World>> {
  // As the management API decides: what gives power that lasts is not done by grants that end.
  const one = action !== undefined && resource !== undefined && application === ownApplication
  const lasting = one && givesLastingPower(action, resource)
  if (at === undefined && recordedAt === undefined) {
    const world = await worlds.of(tx, application, now, lasting)
    return world === undefined ? refuse(errors.application_not_found, { application }) : ok(world)
  }
  const world = await worlds.at(tx, application, {
    validAt: at ?? recordedAt ?? now,
    recordedAt: recordedAt ?? null,
    lasting,
  })
  if (world !== undefined) return ok(world)
  const there = await findApplication(tx, application)
  return there === undefined
    ? refuse(errors.application_not_found, { application })
    : refuse(grantErrors.past_unknown, { application })
}

/** A question that cannot be evaluated is the asker's mistake. */
export async function evaluated<T>(run: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof PolicyError) return refuse(errors.evaluation_invalid, { problem: error.message })
    throw error
  }
}
