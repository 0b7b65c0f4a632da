import { Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import { Failure } from '../failure.ts'
import { openBrowser } from '../lab/browser.ts'
import type { ControlPlane } from './control-plane.ts'
import { cast, email, type DemoSecrets } from './people.ts'

/**
 * Somebody who may seed: the bootstrap token while it lives, the demonstration's own admin afterwards (the token ends when
 * the first operator has enrolled, and after a while by itself).
 */
export async function operator({ url, bootstrapToken }: ControlPlane, secrets: DemoSecrets): Promise<Api> {
  if (bootstrapToken !== undefined) {
    const api = new Api({ url, token: bootstrapToken })
    if ((await unless(401, api.get('/me'))) !== undefined) return api
  }
  const [admin] = cast
  const browser = openBrowser()
  const form = await browser.open(`${url}/sign-in`)
  await browser.submit(form, { email: email(admin.name), password: secrets.passwords[admin.name] ?? '' })
  const token = browser.cookie(url, '__Host-holdfast')
  if (token !== undefined) return new Api({ url, token })
  throw new Failure({
    code: 'demo_locked_out',
    detail: `The bootstrap token has ended, and ${email(admin.name)} cannot sign in with the demonstration's password.`,
    mend: 'Start without --demo, or begin anew with another --data directory.',
  })
}
