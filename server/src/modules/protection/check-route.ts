import { compileApi } from '@holdfast/inspection'
import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { readProtection } from './change.ts'
import type { ProtectionDeps } from './deps.ts'

const problems = z.array(
  z.object({
    code: z.string(),
    at: z.string().meta({ description: 'A JSON pointer into the document' }),
    message: z.string(),
  }),
)

const Checked = z.object({
  operations: z.array(z.string()).meta({ description: '`POST /orders/{id}`; none where there are errors' }),
  errors: problems,
  warnings: problems,
})

/** Tells whoever writes a document all that is wrong with it, before anything is changed. */
export const checkRoute = (deps: ProtectionDeps): Route =>
  defineRoute({
    method: 'POST',
    path: '/api/v1/applications/:app/protection/check',
    summary: 'Compile a document of the API without setting it: what it describes, and all that is wrong with it',
    permission: {
      action: 'viewProtection',
      resource: ({ params }: { readonly params: { readonly app: string } }) => ({
        type: 'Application',
        id: params.app,
      }),
    },
    input: {
      body: z.strictObject({
        document: z.record(z.string(), z.unknown()),
        unknown: z.enum(['refuse', 'report', 'inspect']).default('refuse'),
      }),
    },
    bodyLimit: 512 * 1024,
    output: Checked,
    reads: true,
    limit: perPrincipal(60, 'minute'),
    handler: async ({ params, read, body: { document, unknown } }) => {
      const found = await read((tx) => readProtection(tx, deps, params.app))
      if (!found.ok) return found
      const api = compileApi(document, { unknownFields: unknown === 'inspect' ? 'inspect' : 'refuse' })
      if ('errors' in api) return ok({ operations: [], errors: [...api.errors], warnings: [] })
      return ok({ operations: api.operations.map(({ name }) => name), errors: [], warnings: [...api.warnings] })
    },
  })
