import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import { declareScopes } from '../resources/declare.ts'
import { clientsErrors } from './errors.ts'
import { complete, type WholeClient } from './metadata/complete.ts'
import { type ClientInput, Metadata } from './metadata/shape.ts'
import { actsItself, unknownScopes } from './register.ts'
import { refuseMetadata } from './refuse.ts'
import { clientOf, hasSecret, makeSecret } from './secrets.ts'
import { type ClientRow, deleteClient, findClient, selectClients, updateClient } from './store/clients.ts'
import type { ClientTools } from './tools.ts'

export interface Changed {
  readonly client: ClientRow
  /** where the client has one only now; shown this once */
  readonly secret: string | undefined
}

export type ClientChange = ClientInput & { readonly disabled?: boolean | undefined }

/**
 * Changes a client: what is absent stays, or, with `whole`, goes back to its default. Disabling ends its grants and tokens.
 * @returns the client; `client_not_found`, `invalid_redirect_uri`, `invalid_client_metadata`
 */
export async function changeClient(
  tx: Tx,
  tools: ClientTools,
  about: { readonly application: string; readonly client: string },
  { disabled, ...input }: ClientChange,
  whole: boolean,
): Promise<Outcome<Changed>> {
  // Before the client's row: a service may come or go with the change.
  await tools.directory.lockHierarchy(tx)
  const row = await clientOf(tx, about)
  if (row === undefined) return refuse(clientsErrors.client_not_found, about)
  const completed = complete(whole ? input : { ...describe(row, input), ...input }, row.metadata.client_name)
  if ('rule' in completed) return refuseMetadata(completed)
  return ok(await write(tx, tools, row, completed, disabled ?? row.disabled_at !== null))
}

/** A stored client as somebody would describe it, with a default nowhere to be filled in but where it becomes another kind. */
function describe({ metadata, settings, preset, consent }: ClientRow, input: ClientInput): ClientInput {
  const { resources, ...rest } = settings
  const isSame = input.preset === undefined || input.preset === preset
  const kept = { ...Metadata.parse(metadata), ...rest, resources: [...resources].map(copy), preset }
  return { ...kept, ...(isSame && { consent }) } as ClientInput
}

const copy = ({
  identifier,
  scopes,
}: {
  readonly identifier: string
  readonly scopes?: readonly string[] | undefined
}) => ({
  identifier,
  ...(scopes !== undefined && { scopes: [...scopes] }),
})

/** The hierarchy and the client's row are locked. */
export async function write(
  tx: Tx,
  tools: ClientTools,
  row: ClientRow,
  whole: WholeClient,
  disabled: boolean,
): Promise<Changed> {
  const { client_id: clientId, application_id: application } = row
  const now = tools.clock.now()
  // How it proves who it is, or that it may act at all: what it got before it does not keep.
  if (disabled || whole.metadata.token_endpoint_auth_method !== row.metadata.token_endpoint_auth_method) {
    await tools.clientEnded(tx, clientId, disabled ? 'client_disabled' : 'client_changed')
  }
  const service = await serviceOf(tx, tools, row, whole)
  await updateClient(tx, clientId, {
    preset: whole.preset,
    consent: row.origin === 'dynamic' ? 'ask' : (whole.consent ?? row.consent),
    service,
    metadata: whole.metadata,
    settings: whole.settings,
    disabledAt: disabled ? (row.disabled_at ?? now) : null,
    at: now,
  })
  if (row.origin === 'operator') await declareScopes(tx, application, unknownScopes(whole.metadata.scope))
  const had = hasSecret(row.metadata.token_endpoint_auth_method)
  const made =
    hasSecret(whole.metadata.token_endpoint_auth_method) && !had ? await makeSecret(tx, tools, clientId) : undefined
  const resource = { type: 'Client', id: clientId }
  const changed = changedMembers(row, whole)
  if (changed.length > 0) await tx.record({ kind: 'client.updated', resource, application, data: { changed } })
  if (disabled !== (row.disabled_at !== null)) {
    await tx.record({ kind: disabled ? 'client.disabled' : 'client.enabled', resource, application })
  } else if (changed.length === 0)
    await tx.record({ kind: 'client.updated', resource, application, data: { changed: [] } })
  const client = await findClient(tx, clientId)
  if (client === undefined) throw new Error('the client just changed is not there')
  return { client, secret: made?.secret }
}

async function serviceOf(tx: Tx, tools: ClientTools, row: ClientRow, whole: WholeClient): Promise<string | null> {
  const { client_id: client, application_id: application } = row
  if (actsItself({ whole })) {
    if (row.service_id !== null) return row.service_id
    return (await tools.directory.addBoundService(tx, { name: whole.metadata.client_name, application, client })).id
  }
  if (row.service_id !== null) await tools.directory.removeService(tx, row.service_id)
  return null
}

function changedMembers(row: ClientRow, whole: WholeClient): string[] {
  const before: Readonly<Record<string, unknown>> = {
    ...row.metadata,
    ...row.settings,
    preset: row.preset,
    consent: row.consent,
  }
  const after: Readonly<Record<string, unknown>> = {
    ...whole.metadata,
    ...whole.settings,
    preset: whole.preset,
    consent: whole.consent ?? row.consent,
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).toSorted()
}

/** @returns nothing; `client_not_found` */
export function removeClient(
  work: Work,
  tools: ClientTools,
  about: { readonly application: string; readonly client: string },
): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    await tools.directory.lockHierarchy(tx)
    const row = await clientOf(tx, about)
    if (row === undefined) return refuse(clientsErrors.client_not_found, about)
    await endClient(tx, tools, row)
    return ok({ deleted: true })
  })
}

/** With its service, grants and tokens. The hierarchy is locked. */
export async function endClient(tx: Tx, tools: ClientTools, row: ClientRow): Promise<void> {
  await tools.clientEnded(tx, row.client_id, 'client_deleted')
  await deleteClient(tx, row.client_id)
  await tx.record({
    kind: 'client.deleted',
    resource: { type: 'Client', id: row.client_id },
    application: row.application_id,
    data: { service: row.service_id },
  })
  if (row.service_id !== null) await tools.directory.removeService(tx, row.service_id)
}

/** Before an application goes: whoever made one of its name again would find them in force. The hierarchy is locked. */
export async function endClientsOf(tx: Tx, tools: ClientTools, application: string): Promise<void> {
  for (const row of await selectClients(tx, application)) await endClient(tx, tools, row)
}
