import type { z } from 'zod'
import { object } from '../schema.ts'
import { User } from './user.ts'

/** Who did it. */
export interface Actor {
  readonly user: User
}

export const Actor: z.ZodType<Actor> = object<Actor>({ user: User })
