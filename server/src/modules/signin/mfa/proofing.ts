import { z } from 'zod'

/** How somebody can be recognised who has lost what they sign in with. */
export const proofMethods = ['in_person', 'video', 'document', 'call_back', 'vouched'] as const
export type ProofMethod = (typeof proofMethods)[number]

/**
 * ASVS 5.0, 6.4.4: who has lost a factor is made sure of as when they enrolled it, and there is evidence of that. Which methods
 * are as good as an installation's enrolment says its setting `signin.mfa.proofs`.
 */
export const Proof = z.strictObject({
  method: z
    .enum(proofMethods)
    .describe(
      'How the operator made sure who asks: seen in person or on video by somebody who knows them, an official document, a call to a number known from before, or somebody who vouched for them.',
    ),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^\P{C}*$/u, 'no control characters')
    .describe('Why, and where the evidence is: a ticket, who vouched. It is recorded with the event.'),
})
export type Proof = z.output<typeof Proof>
