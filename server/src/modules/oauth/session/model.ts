import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'

interface OwnSession {
  readonly uid: string
}

interface SessionModel {
  new (): OwnSession
  find(id: string): Promise<OwnSession | undefined>
  get(ctx: KoaContextWithOIDC): Promise<OwnSession>
  prototype: {
    save(): Promise<void>
    persist(): Promise<void>
    resetIdentifier(): void
    sidFor(this: OwnSession): string
    ensureClientContainer(): void
  }
}

/**
 * Makes oidc-provider's session ours: it is found by our cookie, and never written, renamed or ended by oidc-provider. Sign-in
 * alone does that, where every other session is begun and ended too.
 */
export function adoptSession(provider: Provider): void {
  const model = provider.Session as unknown as SessionModel
  model.get = async (ctx) => {
    const session = (await model.find('ours')) ?? new model()
    ctx.oidc.entity('Session', session)
    return session
  }
  model.prototype.save = async () => {}
  model.prototype.persist = async () => {}
  model.prototype.resetIdentifier = () => {}
  // One name of the sign-in for all clients: its id, which opens nothing.
  model.prototype.sidFor = function () {
    return this.uid
  }
  model.prototype.ensureClientContainer = () => {}
}
