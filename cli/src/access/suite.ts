import { z } from 'zod'
import { flawed, type YamlFile } from './yaml-file.ts'

const Names = z.array(z.string().min(1).max(200)).max(1000)
const Attributes = z.record(z.string(), z.unknown())
/** An RFC 3339 moment; YAML leaves it a string. */
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const Node = {
  type: z.string().min(1).max(200).optional(),
  id: z.string().max(1000).optional(),
  attributes: Attributes.optional(),
  tags: Attributes.optional(),
  /** uids like `Team::"a"`, or names of this file */
  in: Names.optional(),
}
const Principal = z.preprocess(
  (value) => value ?? {},
  z.strictObject({ ...Node, groups: Names.optional(), roles: Names.optional() }),
)
const Resource = z.strictObject({ ...Node, type: z.string().min(1).max(200) })
const Nesting = z.preprocess((value) => value ?? {}, z.strictObject({ in: Names.optional(), roles: Names.optional() }))

const Grant = z
  .strictObject({
    to: z.string().min(1),
    role: z.string().min(1).optional(),
    template: z.string().min(1).optional(),
    resource: z.string().min(1).optional(),
    from: Moment.optional(),
    until: Moment.optional(),
  })
  .refine(
    ({ role, template }) => (role === undefined) !== (template === undefined),
    'a grant names a role or a template',
  )
  .refine(({ role, resource }) => role === undefined || resource === undefined, 'the grant of a role has no resource')

const Effect = z.enum(['allow', 'deny'])
const Expected = z.union([Effect, z.strictObject({ decision: Effect, by: z.union([z.string(), Names]).optional() })])

const Test = z.strictObject({
  name: z.string().min(1).max(300),
  now: Moment.optional(),
  context: z.union([z.string(), Attributes]).optional(),
  /** resource -> principal -> action -> what is expected; `*` is all that is not named beside it */
  expect: z.record(z.string(), z.record(z.string(), z.record(z.string(), Expected))),
})

const Suite = z.strictObject({
  name: z.string().min(1).max(300).optional(),
  description: z.string().max(10_000).optional(),
  schema: z.string().min(1).optional(),
  policies: z
    .union([
      z
        .string()
        .min(1)
        .transform((path) => [path]),
      Names,
    ])
    .optional(),
  now: Moment.optional(),
  groups: z.record(z.string(), Nesting).default({}),
  roles: z.record(z.string(), Nesting).default({}),
  principals: z.record(z.string(), Principal),
  resources: z.record(z.string(), Resource).default({}),
  /** what the resources name: folders, teams */
  entities: z.record(z.string(), Resource).default({}),
  contexts: z.record(z.string(), Attributes).default({}),
  grants: z.array(Grant).max(10_000).default([]),
  tests: z.array(Test).min(1).max(2000),
})

/** A file of policy tests, as it stands. */
export type Suite = z.output<typeof Suite>
export type SuiteTest = Suite['tests'][number]

/** @throws Failure (`file_invalid`), which names each line */
export function readSuite(file: YamlFile): Suite {
  const parsed = Suite.safeParse(file.value)
  if (parsed.success) return parsed.data
  throw flawed(
    file,
    parsed.error.issues.flatMap((issue) => {
      const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field' }))
      }
      if (issue.code === 'invalid_union') return [{ path, message: expectedOf(path) }]
      return [{ path, message: issue.message }]
    }),
  )
}

function expectedOf(path: readonly (string | number)[]): string {
  if (path.includes('expect')) return 'expected `allow`, `deny` or { decision: allow, by: [names of policies] }'
  return path.at(-1) === 'context'
    ? 'expected the name of a context, or a mapping'
    : 'expected text, or a list of texts'
}
