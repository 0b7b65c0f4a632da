import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { errors } from '../errors.ts'
import { putPolicy, removePolicy } from '../policies.ts'
import { Findings, Policy, showPolicy } from '../shapes.ts'
import { findApplication, findPolicy, listPolicies } from '../store.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const text = z.string().max(64 * 1024)
const policyName = /^[a-z0-9][a-z0-9_-]{0,99}$/

export function policyRoutes(authoring: Authoring): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/policies',
      summary: 'List the policies of an application',
      permission: { action: 'viewApplication', resource: onApplication },
      output: z.object({ items: z.array(Policy), next: z.string().nullable() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          if ((await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          return ok({ items: (await listPolicies(tx, params.app)).map(showPolicy), next: null })
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/policies/:name',
      summary: 'Read a policy',
      permission: { action: 'viewApplication', resource: onApplication },
      output: Policy,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          const row = await findPolicy(tx, params.app, params.name)
          if (row === undefined)
            return refuse(errors.policy_not_found, { application: params.app, policy: params.name })
          return ok(showPolicy(row))
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/policies/:name',
      summary: 'Create or change a policy',
      permission: { action: 'writePolicy', resource: onApplication },
      input: { body: z.strictObject({ text, expectedVersion: z.int().nonnegative().optional() }) },
      bodyLimit: 96 * 1024,
      output: Policy,
      event: 'policy.written',
      limit: perPrincipal(1200, 'minute'),
      handler: async ({ read, work, caller, params, body, now }) => {
        if (!policyName.test(params.name)) {
          const message = 'The name has lower-case letters, digits, dashes and underscores only, at most 100.'
          const whole = { policy: params.name, severity: 'error', message, help: null, start: null, end: null }
          return refuse(errors.policy_invalid, {}, { findings: [whole] })
        }
        const written = await putPolicy({ read, work, authoring, now }, caller, params.app, params.name, body)
        return written.ok ? ok(showPolicy(written.value), written.reply) : written
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/applications/:app/policies/:name',
      summary: 'Delete a policy',
      permission: { action: 'deletePolicy', resource: onApplication },
      output: z.object({ deleted: z.literal(true) }),
      event: 'policy.deleted',
      limit: perPrincipal(60, 'minute'),
      handler: ({ work, params }) => removePolicy(work, params.app, params.name),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/policies/validate',
      summary: 'Check the text of a policy or a schema without writing it',
      permission: { action: 'validatePolicy', resource: onApplication },
      input: {
        body: z.strictObject({
          text: z.string().max(256 * 1024),
          kind: z.enum(['policy', 'schema']).default('policy'),
        }),
      },
      bodyLimit: 320 * 1024,
      output: z.object({ valid: z.boolean(), findings: Findings }),
      reads: true,
      limit: perPrincipal(300, 'minute'),
      handler: async ({ read, params, body }) => {
        const found = await read(async (tx) => ({
          row: await findApplication(tx, params.app),
          policies: await listPolicies(tx, params.app),
        }))
        if (found.row === undefined) return refuse(errors.application_not_found, { application: params.app })
        const findings =
          body.kind === 'policy'
            ? await policyFindings(authoring, body.text, found.row.schema_text)
            : await schemaFindings(
                authoring,
                body.text,
                Object.fromEntries(found.policies.map((row) => [row.name, row.text])),
              )
        return ok({ valid: findings.every(({ severity }) => severity !== 'error'), findings: [...findings] })
      },
    }),
  ]
}

/** Without a schema a policy is valid when it parses. */
async function policyFindings(
  authoring: Authoring,
  text: string,
  schema: string,
): Promise<readonly z.input<typeof Findings>[number][]> {
  if (schema !== '') return authoring.validate({ policy: text }, schema)
  const parsed = await authoring.parsePolicy('policy', text)
  return parsed.ok ? [] : parsed.findings
}

/** A schema is valid when it parses and every policy that is there validates under it. */
async function schemaFindings(
  authoring: Authoring,
  schema: string,
  policies: Record<string, string>,
): Promise<readonly z.input<typeof Findings>[number][]> {
  const parsed = await authoring.parseSchema(schema)
  return parsed.ok ? authoring.validate(policies, schema) : parsed.findings
}
