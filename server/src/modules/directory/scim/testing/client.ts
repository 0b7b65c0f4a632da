import { expect } from 'vitest'
import type { WholeServer } from '../../../../testing/whole-server.ts'

export interface ScimAnswer {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly headers: Headers
  readonly text: string
}

/** A provisioning service at the real edge, with the key of its connection. */
export interface ScimClient {
  /** of the connection: the machine account */
  readonly id: string
  readonly key: string
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ScimAnswer>
}

export function scimClient(url: string, { id, key }: Pick<ScimClient, 'id' | 'key'>): ScimClient {
  return {
    id,
    key,
    async send(method, path, body, headers = {}) {
      const response = await fetch(`${url}/scim/v2${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers, text }
    },
  }
}

/** Makes a connection as an operator does. */
export async function connect(whole: WholeServer, name: string): Promise<ScimClient> {
  const { status, json } = await whole.call('POST', '/api/v1/scim/connections', { name })
  expect(status, JSON.stringify(json)).toBe(201)
  const connection = json['connection'] as { id: string; url: string }
  expect(connection.url).toBe(`${whole.url}/scim/v2`)
  return scimClient(whole.url, { id: connection.id, key: json['key'] as string })
}

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const patchOf = (...operations: readonly object[]) => ({ schemas: [patchSchema], Operations: operations })

/** Adds a user, by the least that is needed. @returns its id */
export async function addUser(client: ScimClient, userName: string, more: object = {}): Promise<string> {
  const { status, json } = await client.send('POST', '/Users', { schemas: [userSchema], userName, ...more })
  expect(status, JSON.stringify(json)).toBe(201)
  return json['id'] as string
}

/** Adds a group. @returns its id */
export async function addGroup(
  client: ScimClient,
  displayName: string,
  members: readonly string[] = [],
): Promise<string> {
  const body = { schemas: [groupSchema], displayName, members: members.map((value) => ({ value })) }
  const { status, json } = await client.send('POST', '/Groups', body)
  expect(status, JSON.stringify(json)).toBe(201)
  return json['id'] as string
}
