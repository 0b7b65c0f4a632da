import { z } from 'zod'

/** Settings `signin.passwords`. */
export const passwordsConfig = z
  .strictObject({
    lengthWithSecondFactor: z
      .int()
      .min(8)
      .max(64)
      .default(8)
      .describe(
        'The fewest characters of a new password of somebody whose sign-in demands a second factor (NIST SP 800-63B-4: 8).',
      ),
    breachFilter: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the passwords that are known from breaches, made by `holdfast identity passwords build-filter`. New ones among them are refused.',
      ),
    changeWhenBreached: z
      .boolean()
      .default(true)
      .describe('Whether who signs in with a password that the breach filter knows must choose another one first.'),
    temporary: z
      .boolean()
      .default(false)
      .describe(
        'Whether a first password that an operator gives must be changed at the first sign-in, where the request does not say.',
      ),
    contextWords: z
      .array(z.string().min(3).max(100))
      .max(200)
      .default([])
      .describe('Words that a password must not be made of, beside names and addresses: of your company and products.'),
  })
  .prefault({})
  .describe('What passwords are taken.')
