import type { z } from 'zod'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { nextEpoch } from '../../platform/epoch.ts'
import type { Authoring } from './authoring/authoring.ts'
import { begin, reread } from './begin.ts'
import { errors } from './errors.ts'
import { dropEntities } from './entities/store.ts'
import { endGrantsOf } from './grants/change.ts'
import type { GrantTools } from './grants/give.ts'
import { noSchema } from './policies.ts'
import type { AccessDeps } from './index.ts'
import type { ApplicationClients, PreparedClient } from './registration.ts'
import type { ApplicationChange, NewApplication } from './shapes.ts'
import {
  type ApplicationRow,
  deleteApplication,
  findApplication,
  hostsOfOthers,
  insertApplication,
  replaceHosts,
  touchApplications,
  touchGateways,
  updateApplication,
} from './store.ts'

/** What an application starts with when it brings no schema: the principals, and the methods of HTTP on its paths. */
const starterSchema = `entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Route { method: String, path: String };

action get, head, options, post, put, patch, delete appliesTo {
  principal: [Person, Service],
  resource: Route,
};
`

/** Registers a guarded backend. Without a policy it permits nothing. */
export async function createApplication(
  work: Work,
  { authoring, isOwnHost }: { readonly authoring: Authoring } & Pick<AccessDeps, 'isOwnHost'>,
  input: z.output<typeof NewApplication>,
  now: Date,
  client?: { readonly clients: ApplicationClients; readonly prepared: PreparedClient },
): Promise<Outcome<{ readonly row: ApplicationRow; readonly client: Readonly<Record<string, unknown>> }>> {
  const schemaText = input.schema === null ? '' : (input.schema ?? starterSchema)
  const schema = schemaText === '' ? noSchema : await authoring.parseSchema(schemaText)
  return work(async (tx) => {
    if (!schema.ok) return refuse(errors.schema_invalid, {}, { findings: schema.findings })
    await client?.clients.lock(tx)
    const epoch = await nextEpoch(tx)
    const taken = await takenOf(tx, { isOwnHost }, input.id, input.hosts ?? [])
    if (taken !== undefined) return refuse(errors.host_taken, { host: taken })
    const inserted = await insertApplication(tx, {
      id: input.id,
      name: input.name,
      upstream: input.upstream ?? null,
      publicPaths: input.publicPaths ?? [],
      builtin: false,
      epoch,
      schemaText,
      schemaJson: schema.schema,
      at: now,
    })
    if (!inserted) return refuse(errors.application_exists, { application: input.id })
    await replaceHosts(tx, input.id, input.hosts ?? [])
    if (input.limits !== undefined) await updateApplication(tx, input.id, { limits: input.limits })
    await touchApplications(tx, epoch, input.id)
    await touchGateways(tx, epoch)
    await tx.record({
      kind: 'application.created',
      resource: { type: 'Application', id: input.id },
      application: input.id,
      data: { hosts: input.hosts ?? [], upstream: input.upstream ?? null },
    })
    const registered = client === undefined ? {} : await client.clients.register(tx, input.id, client.prepared)
    return ok({ row: await reread(tx, input.id), client: registered }, { status: 201 })
  })
}

export async function changeApplication(
  work: Work,
  id: string,
  change: z.output<typeof ApplicationChange>,
  { clients, isOwnHost }: Pick<AccessDeps, 'clients' | 'isOwnHost'>,
): Promise<Outcome<ApplicationRow>> {
  return work(async (tx) => {
    const { epoch, row: existing } = await begin(tx, id)
    if (existing === undefined) return refuse(errors.application_not_found, { application: id })
    if (existing.builtin) return refuse(errors.application_builtin)
    if (change.hosts !== undefined) {
      const taken = await takenOf(tx, { isOwnHost }, id, change.hosts)
      if (taken !== undefined) return refuse(errors.host_taken, { host: taken })
      await replaceHosts(tx, id, change.hosts)
      await clients.hostsChanged(tx)
    }
    await updateApplication(tx, id, change)
    await touchApplications(tx, epoch, id)
    await touchGateways(tx, epoch)
    await tx.record({
      kind: 'application.updated',
      resource: { type: 'Application', id },
      application: id,
      data: { ...change },
    })
    return ok(await reread(tx, id))
  })
}

/** @returns one of these hosts that is another application's, or the control plane's own: people sign in there */
async function takenOf(
  tx: Tx,
  { isOwnHost }: Pick<AccessDeps, 'isOwnHost'>,
  application: string,
  hosts: readonly string[],
): Promise<string | undefined> {
  return hosts.find((host) => isOwnHost(host)) ?? (await hostsOfOthers(tx, application, hosts))[0]
}

/** Deletes an application with its policies and OAuth clients. Its services go first: see `application_in_use`. */
export async function removeApplication(
  work: Work,
  tools: Pick<GrantTools, 'clock' | 'reasons'>,
  id: string,
  { boundServices, clients, applicationGone }: Pick<AccessDeps, 'boundServices' | 'clients' | 'applicationGone'>,
): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    await clients.lock(tx)
    const found = await findApplication(tx, id)
    if (found === undefined) return refuse(errors.application_not_found, { application: id })
    if (found.builtin) return refuse(errors.application_builtin)
    // Nobody adds one meanwhile: that takes the same lock.
    const services = (await boundServices(tx, id)) - (await clients.countServices(tx, id))
    if (services > 0) return refuse(errors.application_in_use, { application: id, services })
    await applicationGone(tx, id)
    await clients.endOf(tx, id)
    const { epoch, row: existing } = await begin(tx, id)
    if (existing === undefined) return refuse(errors.application_not_found, { application: id })
    // Whoever made one of that name again would find them in force.
    await endGrantsOf(tx, tools, { application: id })
    await dropEntities(tx, id)
    await deleteApplication(tx, id)
    await touchApplications(tx, epoch, id)
    await touchGateways(tx, epoch)
    await tx.record({
      kind: 'application.deleted',
      resource: { type: 'Application', id },
      application: id,
      data: { policies: existing.policies, hosts: existing.hosts },
    })
    return ok({ deleted: true })
  })
}
