import { openBrowser } from './browser.ts'
import { signInAt } from '../stack/sign-in.ts'
import type { Stack } from '../stack/index.ts'
import type { FreshSession, GuardedContext, LabPerson, Way } from './attack.ts'
import { send, type Answer, type Sending } from './http.ts'
import type { Internal } from './internal.ts'
import { sendRaw } from './raw.ts'
import { bypassing, ownSession, throughGateway } from './ways.ts'
import type { Witness } from './witness.ts'

export interface GuardedWorld {
  readonly stack: Stack
  /** Origin of the guarded shop's second process, which takes sessions and bearers too. */
  readonly open: string
  readonly attacker: LabPerson
  readonly victim: LabPerson
  readonly admin: LabPerson
  readonly witness: Witness
  readonly printed: () => string
  readonly secrets: readonly string[]
  readonly internal: Internal
}

const COOKIE = '__Host-holdfast'

/** The same attacker at two doors: through the gateway, and around it. */
export async function guardedContexts(world: GuardedWorld): Promise<Record<'gateway' | 'bypassed', GuardedContext>> {
  const { stack, open, attacker, admin } = world
  const places = { gateway: stack.shop.url, upstream: stack.shop.upstream, open }
  await victimBuys(world)
  const session = await signInAt(places.gateway, attacker.email, attacker.password)
  const door = (bypassed: boolean, ways: readonly Way[]): GuardedContext => ({
    ...world,
    secrets: [...world.secrets, session],
    ways,
    bypassed,
    raw: (message) => sendRaw(bypassed ? places.upstream : places.gateway, message, 2),
    freshSession: (returnTo) => freshSession(world, bypassed ? open : places.gateway, returnTo),
    manage: (sending) => manage(stack, sending),
    trySignIn: (email, password) => trySignIn(stack, email, password),
  })
  const gateway = door(false, [throughGateway(places, session, admin)])
  const bypassed = door(true, bypassing(places, session, admin))
  await assertOpen([...gateway.ways, ...bypassed.ways.filter((way) => way.name.startsWith('own session'))])
  return { gateway, bypassed }
}

/** A way in that is closed to everybody would let every attack fail, and prove nothing. */
async function assertOpen(ways: readonly Way[]): Promise<void> {
  for (const way of ways) {
    const { status, text } = await way.send({ method: 'GET', path: '/wallet' })
    if (status !== 200) throw new Error(`The way in "${way.name}" is closed to its owner: ${status} ${text}`)
  }
}

/** Something for the attacker to be curious about. */
async function victimBuys({ stack, victim }: GuardedWorld): Promise<void> {
  const way = ownSession(stack.shop.url, await signInAt(stack.shop.url, victim.email, victim.password))
  const answer = await way.send({ method: 'POST', path: '/orders', body: { product: 'kettle', quantity: 1 } })
  if (answer.status !== 201) throw new Error(`The victim could not buy: ${answer.status} ${answer.text}`)
}

async function freshSession({ stack, attacker }: GuardedWorld, origin: string, returnTo = '/'): Promise<FreshSession> {
  const browser = openBrowser()
  const form = await browser.open(`${stack.shop.url}/.holdfast/sign-in?return=${encodeURIComponent(returnTo)}`)
  const { url: landed } = await browser.submit(form, { username: attacker.email, password: attacker.password })
  const secret = browser.cookie(stack.shop.url, COOKIE)
  if (secret === undefined) throw new Error('The attacker could not sign in afresh.')
  return {
    secret,
    way: ownSession(origin, secret),
    signOut: async () => {
      await browser.post(`${stack.shop.url}/.holdfast/sign-out`)
    },
    landed,
  }
}

function manage({ url, api }: Stack, sending: Sending): Promise<Answer> {
  const authorization = `Bearer ${api.connection.token ?? ''}`
  return send(url, { ...sending, headers: { ...sending.headers, authorization } })
}

async function trySignIn({ url }: Stack, email: string, password: string): ReturnType<GuardedContext['trySignIn']> {
  const browser = openBrowser()
  const { answer } = await browser.submit(await browser.open(`${url}/sign-in`), { username: email, password })
  return { works: browser.cookie(url, COOKIE) !== undefined, answer }
}
