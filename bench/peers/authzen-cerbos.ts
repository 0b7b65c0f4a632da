import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthzenSide } from '../rows/authzen.ts'
import { startCerbos } from '../lib/cerbos-server.ts'
import { announce } from '../lib/peer.ts'
import { cases, rolesOf } from '../lib/policy-cases.ts'

/* Cerbos as an AuthZEN decision point over the cases: it keeps nothing of anybody, so that the asker names the roles. */

const url = `http://${await startCerbos()}`
for (let waited = 0; !(await answers()); waited++) {
  if (waited > 600) throw new Error('Cerbos does not answer')
  await sleep(100)
}
const bodies = cases.map(({ person, action, thing, mfa }) =>
  JSON.stringify({
    subject: {
      type: 'Person',
      id: person.id,
      properties: { 'cerbos.roles': rolesOf(person), suspended: person.suspended, mfa },
    },
    action: { name: action },
    resource: { type: thing.type, id: thing.id, properties: thing.attributes },
  }),
)
announce(JSON.stringify({ url, keys: [''], bodies } satisfies AuthzenSide))

async function answers(): Promise<boolean> {
  return fetch(`${url}/_cerbos/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}
