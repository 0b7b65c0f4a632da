import { z } from 'zod'
import { acrs } from '../../../platform/assurance.ts'
import { proofMethods } from './proofing.ts'

const acr = z.enum(acrs)

/** Settings `signin.mfa`: what a sign-in must have shown. */
export const mfaConfig = z
  .strictObject({
    admins: acr
      .default('phr')
      .describe(
        'What operators (members of `admins`) must show at least: aal1 one factor, aal2 two, phr a passkey, which cannot be phished.',
      ),
    people: acr
      .default('aal1')
      .describe('What everybody else must show at least. Whoever has a second factor must always show it.'),
    mailCodes: z
      .boolean()
      .default(false)
      .describe('Whether a code that is sent by e-mail counts as a second factor. It is the weakest that there is.'),
    freshMinutes: z
      .int()
      .min(1)
      .max(60)
      .default(15)
      .describe('How long ago somebody may have signed in, with their strongest factor, to change their factors.'),
    proofs: z
      .array(z.enum(proofMethods))
      .min(1)
      .default([...proofMethods])
      .describe(
        'How operators may make sure who asks for a reset of lost factors: what is as good as how people are enrolled here.',
      ),
  })
  .prefault({})
  .describe('Second factors: who must have them.')

/** Settings `signin.passkeys`. */
export const passkeysConfig = z
  .strictObject({
    rpId: z
      .string()
      .regex(/^[a-z0-9.-]{1,253}$/)
      .optional()
      .describe(
        'The domain that passkeys are for: the host of `publicUrl`, or a domain above it. Passkeys of another domain are lost.',
      ),
    origins: z
      .array(z.url({ protocol: /^https$/ }))
      .max(20)
      .default([])
      .describe('Further origins at which these passkeys may be used; published at /.well-known/webauthn.'),
    attestation: z
      .enum(['none', 'direct'])
      .default('none')
      .describe('`direct`: a passkey is taken only from an authenticator that proves which model it is.'),
    models: z
      .array(z.guid())
      .max(1000)
      .default([])
      .describe('With `direct`: the models (AAGUID) that are taken; all that a root vouches for, when there are none.'),
    roots: z
      .array(z.string())
      .max(200)
      .default([])
      .describe('With `direct`: files with the root certificates (PEM) of the makers of authenticators.'),
  })
  .refine(({ attestation, roots }) => attestation === 'none' || roots.length > 0, {
    path: ['roots'],
    message: 'direct attestation proves nothing without root certificates',
  })
  .prefault({})
  .describe('Passkeys (WebAuthn).')
