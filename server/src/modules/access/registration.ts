import { z } from 'zod'
import type { Outcome } from '../../platform/outcome.ts'
import type { Random } from '../../platform/random.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { NewApplication } from './shapes.ts'

/** A client that a registration describes, checked; what it is, only its maker knows. */
export interface PreparedClient {
  /** what the application is called that brings no name of its own */
  readonly name: string | undefined
}

/** OAuth clients as applications know them: registered with their application, and gone with it. Wired in compose.ts. */
export interface ApplicationClients {
  /** members of a registration that describe its client, beside those of the application */
  readonly members: z.ZodRawShape
  /** members of the answer */
  readonly answer: z.ZodRawShape
  /** @returns undefined for a registration that describes none; before the transaction, which a refusal has used up */
  prepare(
    asked: { readonly caller: Caller; readonly read: Read; readonly work: Work },
    body: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<PreparedClient | undefined>>
  /** First in the transaction: what is locked before the epoch and the application. */
  lock(tx: Tx): Promise<void>
  /** @returns the members of the answer */
  register(tx: Tx, application: string, client: PreparedClient): Promise<Readonly<Record<string, unknown>>>
  /** The hosts of an application are others now: tokens may be asked for by their origins. */
  hostsChanged(tx: Tx): Promise<void>
  /** How many of the services that are bound to the application are its clients'. */
  countServices(tx: Tx, application: string): Promise<number>
  /** Ends the clients of an application that goes. After `lock`. */
  endOf(tx: Tx, application: string): Promise<void>
}

/**
 * What `POST /api/v1/applications` takes: an application, or client metadata (RFC 7591, section 3.1), or both. Of a registration
 * with metadata, members that nobody knows are passed over, as section 2 demands; without, they are refused.
 */
export function registrationBody({ members }: Pick<ApplicationClients, 'members'>) {
  const known = new Set([...Object.keys(NewApplication.shape), ...Object.keys(members)])
  return z
    .looseObject({ ...NewApplication.partial({ id: true, name: true }).shape, ...members })
    .superRefine((body, context) => {
      if (Object.keys(members).some((name) => body[name] !== undefined)) return
      for (const name of ['id', 'name']) {
        if (body[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: 'required' })
      }
      const unknown = Object.keys(body).filter((name) => !known.has(name))
      if (unknown.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: unknown, input: body })
    })
}

/** The application that a registration asks for; its id and name are made where it brings none. */
export function applicationOf(
  body: z.output<ReturnType<typeof registrationBody>>,
  client: PreparedClient | undefined,
  random: Random,
): z.output<typeof NewApplication> {
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => name in NewApplication.shape))
  const name = body['name'] ?? client?.name ?? body['id'] ?? 'Application'
  const id = body['id'] ?? idOf(name, random)
  return NewApplication.parse({ ...own, id, name })
}

/** A slug of the name, and some random characters: names are not unique, ids are. */
function idOf(name: string, random: Random): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return `${slug === '' ? 'app' : slug}-${Buffer.from(random.bytes(4)).toString('hex')}`
}
