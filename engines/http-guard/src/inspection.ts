import { z } from 'zod'
import { InspectionException, RuleException } from './exceptions.ts'

/** What is read of requests and answers, and what becomes of what is found there (`@holdfast/inspection`). */
export interface InspectionSettings {
  readonly mode: InspectionMode
  /** The first that fits decides. */
  readonly routes: readonly InspectionRoute[]
  /** What is found here is none; all of it must fit. */
  readonly exceptions: readonly InspectionException[]
  /** Likewise for the rules of the gateway. */
  readonly ruleExceptions: readonly RuleException[]
  /** The gateway notes what the API is asked, without values, and the control plane makes a draft of its document of it. */
  readonly learn: boolean
  /** The OpenAPI document of the application (3.0 or 3.1), or null: then everything is free text. */
  readonly document: Readonly<Record<string, unknown>> | null
  /** Paths, methods, parameters and fields that the document does not name. `report`: they pass where nothing else is found. */
  readonly unknown: 'refuse' | 'report' | 'inspect'
  /** Detectors that are not asked. */
  readonly without: readonly string[]
  /** Longest body that is inspected; a longer one is found (`body_too_large`). */
  readonly bodyBytes: number
  readonly answers: {
    readonly schema: InspectionMode | 'mask'
    readonly leaks: InspectionMode
  }
}

export type InspectionMode = 'off' | 'report' | 'block'

export interface InspectionRoute {
  readonly method?: string | undefined
  /** `/orders/{id}`, `/files/**` */
  readonly path: string
  readonly mode: InspectionMode
}

/** Characters of a document as JSON: it travels in the bundle. */
const LONGEST_DOCUMENT = 384 * 1024

const mode = z.enum(['off', 'report', 'block'])

export const InspectionSettings: z.ZodType<InspectionSettings> = z.strictObject({
  mode: mode.default('block'),
  routes: z
    .array(
      z.strictObject({
        method: z
          .string()
          .regex(/^[A-Z][A-Z-]{0,31}$/)
          .optional(),
        path: z.string().startsWith('/').max(2048),
        mode,
      }),
    )
    .max(200)
    .default([]),
  exceptions: z.array(InspectionException).max(1000).default([]),
  ruleExceptions: z.array(RuleException).max(1000).default([]),
  learn: z.boolean().default(false),
  document: z
    .record(z.string(), z.unknown())
    .nullable()
    .default(null)
    .refine(
      (document) => document === null || JSON.stringify(document).length <= LONGEST_DOCUMENT,
      `at most ${LONGEST_DOCUMENT} characters`,
    ),
  unknown: z.enum(['refuse', 'report', 'inspect']).default('refuse'),
  without: z
    .array(z.string().regex(/^[a-z]{1,40}$/))
    .max(40)
    .default([]),
  bodyBytes: z
    .int()
    .min(1024)
    .max(16 * 1024 * 1024)
    .default(1024 * 1024),
  answers: z
    .strictObject({ schema: z.enum(['off', 'report', 'block', 'mask']).default('off'), leaks: mode.default('off') })
    .prefault({}),
})
