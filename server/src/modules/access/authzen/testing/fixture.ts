import { startWholeServer, type WholeServer } from '../../../../testing/whole-server.ts'

/**
 * What the certification scenario wants a policy decision point to know (openid/authzen,
 * certification/authorization-api-1_0-scenario.md, section "Required Fixture"): two users, two records, three actions, eight decisions.
 */
const schema = `
entity user { role?: String };
entity record { status?: String };
type Around = { time?: String, ip?: String, source?: String };
action read, write appliesTo { principal: user, resource: record, context: Around };
action delete appliesTo { principal: user, resource: record, context: { soft?: Bool, time?: String, ip?: String } };
`

const policies: Readonly<Record<string, string>> = {
  read: 'permit (principal, action == Action::"read", resource) when { [user::"alice", user::"bob"].contains(principal) };',
  write: `permit (principal == user::"alice", action == Action::"write", resource)
    unless { resource has status && resource.status == "archived" };`,
  archive: `permit (principal, action == Action::"write", resource)
    when { principal has role && principal.role == "admin" && resource has status && resource.status == "archived" };`,
  delete: `permit (principal == user::"alice", action == Action::"delete", resource)
    when { context has soft && context.soft };`,
}

const entities = [
  { uid: { type: 'user', id: 'alice' } },
  { uid: { type: 'user', id: 'bob' }, attrs: { role: 'admin' } },
  { uid: { type: 'record', id: 'record-1' }, attrs: { status: 'active' } },
  { uid: { type: 'record', id: 'record-2' }, attrs: { status: 'archived' } },
]

export interface Asked {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly text: string
  readonly headers: Headers
}

export interface Pdp {
  readonly whole: WholeServer
  /** Posts to an endpoint (`evaluation`, `search/subject`) as an operator, or with other headers; a text is sent as it is. */
  ask(endpoint: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Asked>
  close(): Promise<void>
}

/** A whole server with the application `certification`. */
export async function startPdp(postgresUrl: string): Promise<Pdp> {
  const whole = await startWholeServer(postgresUrl)
  await make(whole, 'certification', { schema, policies, entities })
  return {
    whole,
    ask: (endpoint, body, headers = {}) =>
      post(whole, `/applications/certification/access/v1/${endpoint}`, body, headers),
    close: () => whole.close(),
  }
}

export interface Content {
  readonly schema: string | null
  readonly policies: Readonly<Record<string, string>>
  readonly entities?: readonly object[]
}

/** Makes an application with its policies and entities, as an operator does. */
export async function make(whole: WholeServer, id: string, content: Content): Promise<void> {
  const sent = async (method: string, path: string, body: unknown) => {
    const { status, json } = await whole.call(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
  }
  const at = `/api/v1/applications/${id}`
  await sent('POST', '/api/v1/applications', { id, name: id, schema: content.schema })
  for (const [name, text] of Object.entries(content.policies)) await sent('PUT', `${at}/policies/${name}`, { text })
  if (content.entities !== undefined) await sent('PUT', `${at}/entities`, { entities: content.entities })
}

export async function post(
  whole: WholeServer,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const response = await fetch(`${whole.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whole.token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, json: readObject(text), text, headers: response.headers }
}

function readObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
