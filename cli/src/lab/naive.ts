import type { LabPerson, NaiveContext } from './attack.ts'
import { textOf } from './http.ts'

type Parts = Omit<NaiveContext, 'signIn'>

/** The naive shop keeps its own passwords, as guessable as the seed made them. */
const naivePassword = (person: LabPerson): string => `${person.name}123`

export interface PreparedNaive extends NaiveContext {
  /** Makes what attacks are aimed at: the victim buys something. */
  prepare(): Promise<void>
}

export function naiveContext(parts: Parts): PreparedNaive {
  const signIn = async (person: LabPerson): Promise<string> => {
    const body = { email: person.email, password: naivePassword(person) }
    const answer = await parts.send({ method: 'POST', path: '/login', body })
    const token = textOf(answer.json, 'token')
    if (token === undefined) throw new Error(`The naive shop did not let ${person.name} in: ${answer.status}.`)
    return `session=${token}`
  }
  return {
    ...parts,
    attacker: { ...parts.attacker, password: naivePassword(parts.attacker) },
    signIn,
    prepare: async () => {
      const headers = { cookie: await signIn(parts.victim) }
      const body = { product: 'kettle', quantity: 1, price: 3500 }
      const bought = await parts.send({ method: 'POST', path: '/orders', headers, body })
      if (bought.status !== 201) throw new Error(`The victim could not buy: ${bought.status} ${bought.text}`)
    },
  }
}
