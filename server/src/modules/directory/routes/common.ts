import { z } from 'zod'

/** The resource of what is not about one thing in particular. */
export const installation = () => ({ type: 'Installation', id: 'installation' })

export const Deleted = z.object({ deleted: z.literal(true) })
