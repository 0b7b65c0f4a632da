import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { clientsErrors } from './errors.ts'
import { complete } from './metadata/complete.ts'
import type { ClientInput } from './metadata/shape.ts'
import { refuseMetadata } from './refuse.ts'
import { actsItself, register, type Registered } from './register.ts'
import { type SecretRow, selectSecrets } from './store/secrets.ts'
import type { ClientTools } from './tools.ts'

export type AskedClient = ClientInput & { readonly application: string; readonly client_id?: string | undefined }

/**
 * Registers a further client of an application, as an operator.
 * @returns it, with its secret this once; `client_application_unknown`, `client_exists`, `invalid_redirect_uri`, `invalid_client_metadata`
 */
export function createClient(
  work: Work,
  tools: ClientTools,
  { application, client_id: clientId, ...input }: AskedClient,
): Promise<Outcome<Registered & { readonly secrets: readonly SecretRow[] }>> {
  return work(async (tx) => {
    const known = await tools.applications.find(tx, application)
    if (known === undefined) return refuse(clientsErrors.client_application_unknown, { application })
    if (known.builtin) return refuse(clientsErrors.client_application_builtin)
    const whole = complete(input, input.client_name ?? known.name)
    if ('rule' in whole) return refuseMetadata(whole)
    const asked = { application, clientId, whole, origin: 'operator' } as const
    if (actsItself(asked)) await tools.directory.lockHierarchy(tx)
    const registered = await register(tx, tools, asked)
    if (registered === undefined) return refuse(clientsErrors.client_exists, { client: clientId ?? '' })
    return ok({ ...registered, secrets: await selectSecrets(tx, [registered.client.client_id]) }, { status: 201 })
  })
}
