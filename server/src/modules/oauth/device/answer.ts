import type Provider from 'oidc-provider'
import { unixSeconds } from '../../../platform/clock.ts'
import type { Source } from '../../../platform/ports.ts'
import { buffer } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'
import type { BrowserSession, Oauth } from '../types.ts'
import { type FoundDevice, lockDevice, scopesOf } from './find.ts'

export interface AnswerDeps extends FlushDeps {
  readonly withModels: Oauth['withModels']
}

export interface Answering {
  readonly code: string
  readonly found: FoundDevice
  readonly session: BrowserSession
  readonly approve: boolean
  readonly source: Source
  readonly requestId: string
}

/** The members of oidc-provider's model that its types do not name. */
interface DeviceModel {
  accountId?: string
  error?: string
  readonly isExpired: boolean
  save(): Promise<string>
}

/**
 * Writes what the person answered into what the device waits for, with the grant that its tokens will be of.
 * @returns `over` when the code was answered meanwhile, or the sign-in has ended; `changed` when the client is not what was shown
 */
export async function answerDevice(deps: AnswerDeps, asked: Answering): Promise<'answered' | 'over' | 'changed'> {
  const { code, found, session, approve, source, requestId } = asked
  const actor = { type: 'Person', id: session.person }
  const context = { tenant: session.tenant, actor, source, requestId }
  const written = await deps.withModels(context, async (provider, tx) => {
    const held = buffer()
    held.session = session
    if (!(await deps.sessions.holdSignIn(tx, session.id))) return 'over'
    await lockDevice(tx, await deps.columns.userCode(tx, code))
    await provider.Client.find(found.client.clientId)
    const model = (await provider.DeviceCode.findByUserCode(code)) as unknown as DeviceModel | undefined
    if (model === undefined || model.isExpired || model.accountId !== undefined || model.error !== undefined)
      return 'over'
    const resource = { type: 'Client', id: found.client.clientId }
    const about = { resource, application: found.client.application } as const
    if (!approve) {
      Object.assign(model, { error: 'access_denied', errorDescription: 'the person turned the device away' })
      await model.save()
      held.events.push({ kind: 'device.denied', ...about, data: { signIn: session.id } })
      return 'answered'
    }
    const grant = await grantOf(deps, provider, asked)
    const { openid, resources } = scopesOf(found)
    const identifiers = resources.map(({ identifier }) => identifier)
    Object.assign(model, {
      accountId: session.person,
      acr: session.acr,
      amr: [...session.amr],
      authTime: unixSeconds(session.authenticatedAt),
      grantId: grant,
      scope: [...new Set([...openid, ...resources.flatMap(({ scopes }) => scopes)])].join(' '),
      sessionUid: session.id,
      sid: session.id,
      ...(identifiers.length > 0 && { resource: identifiers.length === 1 ? identifiers[0] : identifiers }),
    })
    await model.save()
    held.authorized.set(found.client.clientId, grant)
    held.events.push({ kind: 'device.approved', ...about, data: { signIn: session.id, grant, scopes: openid } })
    return 'answered'
  })
  return written?.result ?? 'changed'
}

/** What the page told the person, and not more. */
async function grantOf(deps: AnswerDeps, provider: Provider, { found, session }: Answering): Promise<string> {
  const grant = new provider.Grant({ accountId: session.person, clientId: found.client.clientId })
  grant.jti = deps.random.id()
  const { openid, resources } = scopesOf(found)
  if (openid.length > 0) grant.addOIDCScope(openid.join(' '))
  for (const { identifier, scopes } of resources) {
    // OpenID's too: they are what the access token may be asked at userinfo.
    const both = [...openid, ...scopes]
    if (both.length > 0) grant.addResourceScope(identifier, both.join(' '))
  }
  await grant.save()
  return grant.jti
}
