import { z } from 'zod'
import { PolicyInputs } from '../decision-log/wire.ts'
import { Uid } from '../shapes.ts'

const Names = z.array(z.string().min(1).max(200)).max(200)
const Attributes = z.record(z.string(), z.unknown())

/** One of the two worlds: a moment, and policies in place of those that decided then. */
const Side = z
  .strictObject({
    at: z.union([z.enum(['live', 'candidate']), z.iso.datetime({ offset: true })]).optional(),
    /** the rules of this version in the world of now: 1 is the first, each change makes the next; -1 is the one before now */
    version: z
      .int()
      .refine((version) => version !== 0, 'versions begin at 1')
      .optional(),
    /** all policies, in place of those of that moment */
    policies: PolicyInputs.optional(),
    /** with `policies`: the schema that they are written against, if another */
    schema: z
      .string()
      .max(256 * 1024)
      .optional(),
    /** single policies, over those of that moment; null: without it */
    changes: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          text: z
            .string()
            .max(64 * 1024)
            .nullable(),
        }),
      )
      .max(100)
      .optional(),
  })
  .refine(({ at, version }) => at === undefined || version === undefined, 'a side has a moment or a version')
  .refine(({ policies, changes }) => policies === undefined || changes === undefined, 'either all policies or changes')
  .refine(({ policies, schema }) => schema === undefined || policies !== undefined, 'a schema comes with its policies')

export type SideInput = z.output<typeof Side>

const sides = { old: Side.default({ at: 'live' }), new: Side.default({ at: 'live' }) }

export const Sides = z.strictObject(sides)

export const Comparing = z.strictObject({
  ...sides,
  /** ids of actions; absent: all */
  actions: Names.optional(),
  resourceTypes: Names.optional(),
  principals: z.array(Uid).max(1000).optional(),
  /** of every request; without it, actions whose policies read the context are not compared */
  context: Attributes.optional(),
  /** things that the control plane does not store, in Cedar's JSON form */
  entities: z
    .array(
      z.strictObject({
        uid: Uid,
        attrs: Attributes.optional(),
        tags: Attributes.optional(),
        parents: z.array(Uid).max(100).optional(),
      }),
    )
    .max(5000)
    .optional(),
  /** how many principals and resources each row names */
  examples: z.int().min(0).max(1000).default(5),
})

const Row = {
  /** how many principals */
  principals: z.int(),
  principalExamples: z.array(Uid),
  resources: z.int(),
  resourceExamples: z.array(Uid),
  /** how many pairs of a principal and a resource */
  pairs: z.int(),
  /** groups and roles that all of them are in */
  common: z.array(Uid),
  /** policies that decided */
  because: z.array(z.string()),
}

export const Compared = z
  .object({
    /** nothing changes, as far as could be compared */
    same: z.boolean(),
    changes: z.array(
      z.object({
        ...Row,
        kind: z.enum(['gain', 'loss']),
        action: z.string(),
        resourceType: z.string(),
        principalTypes: z.record(z.string(), z.int()),
        /** no resource of the type is known: the numbers are of those that policies name, and of one for all others */
        anyResource: z.boolean(),
        /** in words */
        text: z.string(),
        rows: z.array(z.object(Row)),
        /** rows that were left out */
        more: z.int(),
      }),
    ),
    /** what could not be compared */
    undecided: z.array(
      z.object({
        action: z.string(),
        resourceType: z.string(),
        reason: z.enum(['context', 'resources']),
        policies: z.array(z.string()),
        text: z.string(),
      }),
    ),
    compared: z.object({
      principals: z.int(),
      resources: z.int(),
      actions: z.int(),
      requests: z.int(),
      evaluations: z.int(),
    }),
  })
  .meta({ id: 'AccessComparison' })

/** A side whole, for whoever compares where the control plane has no data: in an application's own database. */
export const SideMaterial = z
  .object({
    schema: z.record(z.string(), z.unknown()),
    /** every policy is strictly valid by the schema */
    validated: z.boolean(),
    policies: z.object({
      staticPolicies: z.record(z.string(), z.unknown()),
      templates: z.record(z.string(), z.unknown()),
      templateLinks: z.array(
        z.object({ templateId: z.string(), newId: z.string(), values: z.record(z.string(), z.unknown()) }),
      ),
    }),
    /** actions, groups, roles, who may act, stored entities; in Cedar's JSON form */
    entities: z.array(z.record(z.string(), z.unknown())),
    /** who may act */
    principals: z.array(Uid),
  })
  .meta({ id: 'AccessSide' })
