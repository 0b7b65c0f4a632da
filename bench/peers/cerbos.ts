import { setTimeout as sleep } from 'node:timers/promises'
import { HTTP } from '@cerbos/http'
import { startCerbos } from '../lib/cerbos-server.ts'
import { announce } from '../lib/peer.ts'
import { cases, rolesOf } from '../lib/policy-cases.ts'

/* Cerbos over the cases: its server, a child on 127.0.0.1, asked by its own client over HTTP, several questions under way. */

const underWay = 16
const client = new HTTP(`http://${await startCerbos()}`)
for (let waited = 0; !(await healthy()); waited++) {
  if (waited > 600) throw new Error('Cerbos does not answer')
  await sleep(100)
}

const questions = cases.map(({ person, action, thing, mfa }) => ({
  principal: { id: person.id, roles: [...rolesOf(person)], attr: { suspended: person.suspended, mfa } },
  resource: { kind: thing.type, id: thing.id, attr: toAttributes(thing.attributes) },
  action,
}))
const answers: string[] = []
for (const question of questions) answers.push((await client.isAllowed(question)) ? '1' : '0')
announce(answers.join(''), async (times) => {
  let next = 0
  await Promise.all(
    Array.from({ length: underWay }, async () => {
      for (let at = next++; at < times; at = next++) {
        await client.isAllowed(questions[at % questions.length])
      }
    }),
  )
})

async function healthy(): Promise<boolean> {
  try {
    const { status }: { readonly status: string } = await client.checkHealth()
    return status === 'SERVING'
  } catch {
    return false
  }
}

function toAttributes(attributes: (typeof cases)[number]['thing']['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  )
}
