import { z } from 'zod'

const base64url = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding')

const outer = {
  id: base64url(1364),
  rawId: base64url(1364),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).nullish(),
}

/** RegistrationResponseJSON of WebAuthn level 3, section 5.1.8. Members that we do not use are dropped. */
export const Registration = z.object({
  ...outer,
  response: z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(32 * 1024),
    transports: z
      .array(
        z
          .string()
          .max(32)
          .regex(/^[a-z0-9-]+$/),
      )
      .max(16)
      .optional(),
  }),
})

/** AuthenticationResponseJSON, section 5.1.8. */
export const Assertion = z.object({
  ...outer,
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(8192),
    userHandle: base64url(88).nullish(),
  }),
})

export type RegistrationJson = z.output<typeof Registration>
export type AssertionJson = z.output<typeof Assertion>

/** What a person calls a passkey. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}]+$/u, 'no control characters')

const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})

/** PublicKeyCredentialCreationOptionsJSON, section 5.1.9. */
export const CreationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.int(),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({
    residentKey: z.string(),
    requireResidentKey: z.boolean(),
    userVerification: z.string(),
  }),
  attestation: z.string(),
})

/** PublicKeyCredentialRequestOptionsJSON, section 5.1.10. */
export const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.string(),
  allowCredentials: z.array(Descriptor),
})
