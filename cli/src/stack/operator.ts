import { Api, segment } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { Me } from '../api/types.ts'
import { Failure } from '../failure.ts'
import { openBrowser } from '../lab/browser.ts'
import type { ControlPlane } from './control-plane.ts'
import { cast, email, type DemoSecrets } from './people.ts'

export interface Operator {
  readonly api: Api
  /** Ends the sign-in that there had to be: otherwise each start would leave one. */
  stop(): Promise<void>
}

/**
 * Somebody who may seed: the bootstrap token while it lives, the demonstration's own admin afterwards (the token ends when
 * the first operator has enrolled, and after a while by itself).
 */
export async function operator({ url, bootstrapToken }: ControlPlane, secrets: DemoSecrets): Promise<Operator> {
  if (bootstrapToken !== undefined) {
    const api = new Api({ url, token: bootstrapToken })
    if ((await unless(401, api.get('/me'))) !== undefined) return { api, stop: () => Promise.resolve() }
  }
  const [admin] = cast
  const browser = openBrowser()
  const form = await browser.open(`${url}/sign-in`)
  await browser.submit(form, { username: email(admin.name), password: secrets.passwords[admin.name] ?? '' })
  const token = browser.cookie(url, '__Host-holdfast')
  if (token !== undefined) {
    const api = new Api({ url, token })
    return { api, stop: () => signOut(api) }
  }
  throw new Failure({
    code: 'demo_locked_out',
    detail: `The bootstrap token has ended, and ${email(admin.name)} cannot sign in with the demonstration's password.`,
    mend: 'Start without --demo, or begin anew with another --data directory.',
  })
}

async function signOut(api: Api): Promise<void> {
  const me = await unless(401, api.get<Me>('/me')) // somebody has ended it meanwhile
  if (me?.session != null) await unless(404, api.delete(`/sessions/${segment(me.session.id)}`))
}
