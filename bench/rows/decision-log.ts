import { randomBytes } from 'node:crypto'
import { completeEvent } from '@holdfast/events'
import { compile, createEntities, type PolicyJson } from '@holdfast/policy'
import { decide } from '../../sdk/src/decisions/decide.ts'
import { createDecisionLog } from '../../sdk/src/decisions/decision-log.ts'
import type { Knowledge } from '../../sdk/src/decisions/knowledge.ts'
import { measure, type Row } from '../lib/row.ts'

const perTurn = 20_000
const ben = { type: 'Person', id: 'ben' }

/** Twenty policies about groups and one about authors, which is the one that decides. */
function knowledgeOf(): Knowledge {
  const own: PolicyJson = {
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: '==', entity: { type: 'Action', id: 'delete' } },
    resource: { op: 'All' },
    conditions: [
      {
        kind: 'when',
        body: { '==': { left: { '.': { left: { Var: 'resource' }, attr: 'author' } }, right: { Var: 'principal' } } },
      },
    ],
  }
  const groups = Array.from({ length: 20 }, (_, n): [string, PolicyJson] => [
    `group-${n}`,
    { ...own, principal: { op: 'in', entity: { type: 'Group', id: `g${n}` } } },
  ])
  return {
    epoch: 1,
    tenant: 't',
    policies: compile({ staticPolicies: { own, ...Object.fromEntries(groups) } }),
    entities: createEntities([{ uid: ben, parents: [{ type: 'Group', id: 'g21' }] }]),
    candidate: null,
    allowRate: 0.01,
  } as unknown as Knowledge
}

/** A decision that is logged as it is by default, one in a hundred of what is allowed, against the decision alone. */
export const decisionLog: Row = {
  name: 'decision-log',
  title: 'Decisions with their log',
  peer: 'the same decisions without it',
  run: async ({ rounds, seconds }) => {
    const knowledge = knowledgeOf()
    const log = createDecisionLog({
      edge: {
        recordCaused: ({ source, requestId, ...event }) =>
          completeEvent(event, { id: '01907f3e-1111-7111-8111-111111111111', time: new Date(), source, requestId }).id,
      },
      application: 'shop',
      clock: { now: () => Date.now(), after: () => () => {} },
      random: randomBytes,
      recall: () => ({ source: { address: null, userAgent: null }, requestId: null }),
    })
    const of = (author: string) => ({
      uid: { type: 'Review', id: 'r1' },
      attrs: { author: { __entity: { type: 'Person', id: author } } },
      parents: [],
    })
    const found = []
    for (const [what, author] of [
      ['allowed', 'ben'],
      ['denied', 'ada'],
    ] as const) {
      const question = { principal: ben, action: 'delete', resource: of(author), context: undefined }
      const sides = [
        () => log.note({ via: 'can', knowledge, question, decision: decide(knowledge, question) }),
        () => decide(knowledge, question),
      ]
      const rates = sides.map((): number[] => [])
      const turns = Math.max(4, Math.round(seconds * 10))
      for (let round = -1; round < rounds; round++) {
        const spent = sides.map(() => 0)
        for (let turn = 0; turn < turns; turn++) {
          for (const [at, work] of sides.entries()) {
            const before = process.cpuUsage()
            for (let count = 0; count < perTurn; count++) work()
            const { user, system } = process.cpuUsage(before)
            spent[at] = (spent[at] ?? 0) + user + system
          }
        }
        // The first round is for the compiler.
        if (round >= 0) spent.forEach((cpu, at) => rates[at]?.push((turns * perTurn * 1e6) / cpu))
      }
      const [ours = [], peer = []] = rates
      found.push(measure(`${what}, decisions per second of CPU`, '1/s', false, ours, peer))
    }
    log.close()
    return found
  },
}
