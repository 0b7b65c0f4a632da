import { z } from 'zod'

/** Evaluations that one request may hold. */
const mostEvaluations = 100

/** Results on one page of a search, at most and when the caller says nothing. */
export const mostResults = 1000

/** A member that is null counts as one that is not there: the specification (section 11.5) would have it left out. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .union([schema, z.null()])
    .optional()
    .transform((value) => value ?? undefined)

const Type = z.string().min(1).max(500)
const Id = z.string().min(1).max(2000)
const Properties = z.record(z.string(), z.unknown())
const properties = optional(Properties)

/** Section 5.1 to 5.3. What they do not name is ignored (section 10.1.1). */
const Entity = z.object({ type: Type, id: Id, properties })
const Action = z.object({ name: z.string().min(1).max(1000), properties })
const context = optional(Properties)

/** Section 6.1: the access evaluation request. */
export const EvaluationRequest = z
  .object({ subject: Entity, action: Action, resource: Entity, context })
  .meta({ description: 'AuthZEN access evaluation request' })

export type EvaluationRequest = z.output<typeof EvaluationRequest>

/**
 * Section 7.1: the access evaluations request. The defaults are objects, or the whole request is malformed; whether one is complete
 * is asked where an evaluation inherits it.
 */
export const EvaluationsRequest = z
  .object({
    subject: optional(Properties),
    action: optional(Properties),
    resource: optional(Properties),
    context,
    evaluations: optional(z.array(z.unknown()).max(mostEvaluations)),
    options: optional(
      z.object({
        evaluations_semantic: optional(z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])),
      }),
    ),
  })
  .meta({ description: 'AuthZEN access evaluations request' })

export type EvaluationsRequest = z.output<typeof EvaluationsRequest>

/** Section 8.2.1. */
const page = optional(z.object({ token: optional(z.string().max(4000)), limit: optional(z.int().min(0)), properties }))

/** What is searched for: an id, if there is one, is ignored (sections 8.4.1, 8.5.1). */
const Sought = z.object({ type: Type, properties })

export const SubjectSearch = z
  .object({ subject: Sought, action: Action, resource: Entity, context, page })
  .meta({ description: 'AuthZEN subject search request' })

export const ResourceSearch = z
  .object({ subject: Entity, action: Action, resource: Sought, context, page })
  .meta({ description: 'AuthZEN resource search request' })

/** An action that is sent all the same is ignored, as any member that the request does not have. */
export const ActionSearch = z
  .object({ subject: Entity, resource: Entity, context, page })
  .meta({ description: 'AuthZEN action search request' })

export type SearchRequest =
  | ({ readonly kind: 'subject' } & z.output<typeof SubjectSearch>)
  | ({ readonly kind: 'resource' } & z.output<typeof ResourceSearch>)
  | ({ readonly kind: 'action' } & z.output<typeof ActionSearch>)
