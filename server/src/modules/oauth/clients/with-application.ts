import { z } from 'zod'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import { sql } from 'kysely'
import type { ApplicationClients, PreparedClient } from '../../access/index.ts'
import { endClientsOf } from './change.ts'
import { complete, type WholeClient } from './metadata/complete.ts'
import { ClientInput } from './metadata/shape.ts'
import { refuseMetadata } from './refuse.ts'
import { register } from './register.ts'
import { announceClients } from './store/clients.ts'
import { Client, issued, issuedShape, showClient } from './show.ts'
import { deniedTarget, refuseTarget } from './targets.ts'
import type { ClientTools } from './tools.ts'

interface Prepared extends PreparedClient {
  readonly whole: WholeClient
}

/** RFC 7591, section 3.2.1, beside the members of the application. */
const answer = Client.pick({ client_id: true, client_id_issued_at: true, service: true, ...namesOf(ClientInput.shape) })
  .extend(issuedShape)
  .partial().shape

function namesOf(shape: z.ZodRawShape): Record<keyof typeof ClientInput.shape, true> {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, true])) as Record<
    keyof typeof ClientInput.shape,
    true
  >
}

/** The clients of applications, for the module that registers and deletes those. The first client has the id of its application. */
export function applicationClients(tools: ClientTools): ApplicationClients {
  return {
    members: ClientInput.shape,
    answer,
    async prepare({ caller, read, work }, body): Promise<Outcome<Prepared | undefined>> {
      const input = ClientInput.parse(body)
      if (Object.values(input).every((value) => value === undefined)) return ok(undefined)
      const named = [input.client_name, body['name'], body['id']].find((name) => typeof name === 'string')
      const whole = complete(input, typeof named === 'string' ? named : 'Application')
      if ('rule' in whole) return work(async () => refuseMetadata(whole))
      const denied = await deniedTarget(tools, { caller, read }, undefined, input)
      return denied === undefined ? ok({ name: input.client_name, whole }) : refuseTarget(work, denied)
    },
    lock: (tx) => tools.directory.lockHierarchy(tx),
    async register(tx, application, client) {
      const { whole } = client as Prepared
      const asked = { application, whole, origin: 'operator' } as const
      // Its id may be taken: by a client of another tenant, whose application has the same.
      const made =
        (await register(tx, tools, { ...asked, clientId: application })) ?? (await register(tx, tools, asked))
      if (made === undefined) throw new Error('no id was free for the client')
      return { ...showClient(made.client, []), ...issued(made.secret) }
    },
    hostsChanged: (tx) => announceClients(tx),
    async countServices(tx, application) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(service_id)::int AS count FROM oauth_clients WHERE application_id = ${application}`.execute(
        tx.kysely(),
      )
      return rows[0]?.count ?? 0
    },
    endOf: (tx, application) => endClientsOf(tx, tools, application),
  }
}
