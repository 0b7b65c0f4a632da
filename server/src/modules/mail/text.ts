import { z } from 'zod'

/** An address that a letter can be sent to: the same as the directory takes. One, and nothing else in its line. */
export const Email = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}\p{M}])?$/u,
    'an e-mail address',
  )
