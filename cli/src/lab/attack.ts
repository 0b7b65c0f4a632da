import type { Answer, Sending } from './http.ts'
import type { Internal } from './internal.ts'
import type { Witness } from './witness.ts'

/** A door that the attacker tries, with what they have in hand there. */
export interface Way {
  /** `own session`, `no identity`, `forged identity: alg none`, … */
  readonly name: string
  readonly send: (sending: Sending) => Promise<Answer>
}

export interface LabPerson {
  readonly name: string
  /** Person id, the same in Holdfast and in both shops. */
  readonly id: string
  readonly email: string
  readonly password: string
}

interface Context {
  /** A customer like any other. */
  readonly attacker: LabPerson
  readonly victim: LabPerson
  readonly admin: LabPerson
  /** Reads the shop's own database: what really happened, whatever was answered. */
  readonly witness: Witness
  /** All that the processes under attack have printed so far. */
  readonly printed: () => string
  /** Sends bytes as they are to whoever stands in front; @returns the first answer, with everything that came in its text */
  readonly raw: (message: (host: string) => string) => Promise<Answer>
  readonly internal: Internal
}

export interface NaiveContext extends Context {
  readonly send: (sending: Sending) => Promise<Answer>
  /** The Cookie header of a signed-in person. */
  readonly signIn: (person: LabPerson) => Promise<string>
}

export interface GuardedContext extends Context {
  /** Through the gateway: one. With the gateway bypassed: several. */
  readonly ways: readonly Way[]
  readonly bypassed: boolean
  /** Signs the attacker in afresh, by a link with this `return` (default `/`). `ways` stay as they are. */
  readonly freshSession: (returnTo?: string) => Promise<FreshSession>
  /** The management API with the installation's own token: whoever runs Holdfast. */
  readonly manage: (sending: Sending) => Promise<Answer>
  /** Tries to sign in with this. */
  readonly trySignIn: (email: string, password: string) => Promise<{ readonly works: boolean; readonly answer: Answer }>
  /** What must not be printed: the passwords, sessions and keys of this run. */
  readonly secrets: readonly string[]
}

export interface FreshSession {
  /** The secret that an attacker would have copied. */
  readonly secret: string
  /** With that secret, at this door. */
  readonly way: Way
  readonly signOut: () => Promise<void>
  /** Where the sign-in ended. */
  readonly landed: string
}

/** What came of an attack. */
export interface Outcome {
  /** The attacker has what they wanted, as the witness says. */
  readonly succeeded: boolean
  /** What the world looks like afterwards, in a few words. */
  readonly effect: string
  readonly answers: readonly Answer[]
}

export interface Attack {
  readonly id: string
  readonly title: string
  /** Which story or classic failure of the mission it belongs to. */
  readonly story: string
  /** The request in one line, as the table shows it. */
  readonly does: string
  /** A gateway that knows nothing of the shop, with no setting made, stops it before the naive shop. */
  readonly stoppedByGateway: boolean
  readonly naive: (context: NaiveContext) => Promise<Outcome>
  readonly guarded: (context: GuardedContext) => Promise<Outcome>
}

/** Tries one request at every way in. */
export async function everyWay(context: GuardedContext, sending: Sending): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const way of context.ways) answers.push(await way.send(sending))
  return answers
}
