import { Failure } from '../failure.ts'

export interface Answered {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

/** A form to an endpoint of OAuth (RFC 6749, section 3.2). */
export async function sendForm(url: string, form: Readonly<Record<string, string>>): Promise<Answered> {
  return answered(url, { method: 'POST', body: new URLSearchParams(form) })
}

async function answered(url: string, init: RequestInit = {}): Promise<Answered> {
  const unreachable = (cause: unknown) =>
    new Failure({ code: 'unreachable', detail: `${url} cannot be reached.`, mend: 'Try "holdfast doctor".', cause })
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(30_000) }).catch(
    (cause) => {
      throw unreachable(cause)
    },
  )
  const json = await response.json().catch(() => ({}))
  return { status: response.status, json: json as Answered['json'] }
}

export interface Endpoints {
  readonly issuer: string
  readonly authorize: string
  readonly push: string
  readonly token: string
  readonly revoke: string
}

/** Where the control plane says that they are (RFC 8414). @throws Failure `not_holdfast` */
export async function endpointsOf(url: string): Promise<Endpoints> {
  const { json } = await answered(`${url}/.well-known/oauth-authorization-server`)
  const of = (name: string) => {
    const value = json[name]
    // One of them is opened by whatever program this computer has for it.
    if (typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value
    throw new Failure({
      code: 'not_holdfast',
      detail: `${url} names no ${name}.`,
      mend: 'Check --url or HOLDFAST_URL: it names the control plane.',
    })
  }
  return {
    issuer: of('issuer'),
    authorize: of('authorization_endpoint'),
    push: of('pushed_authorization_request_endpoint'),
    token: of('token_endpoint'),
    revoke: of('revocation_endpoint'),
  }
}
