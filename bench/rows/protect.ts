import { cpuOfFamily } from '../lib/family.ts'
import { requests, requestTexts } from '../lib/gateway-requests.ts'
import { startPeer } from '../lib/peer.ts'
import type { Measure, Row } from '../lib/row.ts'
import { beyond, cpuMeasure, inTurns } from '../lib/turns.ts'

/** What `protect()` costs in an application on Express; helmet and express-rate-limit inspect nothing. */
export const protect: Row = {
  name: 'protect',
  title: 'protect() on Express, fresh values in every request',
  peer: 'helmet and express-rate-limit',
  run: async (options) => {
    const start = (how: string) => startPeer('express.ts', [how])
    const peers = {
      bare: await start('bare'),
      helmet: await start('helmet'),
      headers: await start('headers'),
      whole: await start('protect'),
    }
    const measures: Measure[] = []
    try {
      for (const { name, make } of requests) {
        const turns = await inTurns(peers, requestTexts(make), ({ pid }) => cpuOfFamily(pid), options)
        const { bare, helmet, headers, whole } = turns
        measures.push(
          cpuMeasure(`${name}, headers and a limit, whole request`, headers, helmet),
          cpuMeasure(`${name}, headers and a limit alone`, beyond(headers, bare), beyond(helmet, bare)),
          cpuMeasure(`${name}, with inspection, whole request`, whole, helmet),
          cpuMeasure(`${name}, all of protect() alone`, beyond(whole, bare), beyond(helmet, bare)),
        )
      }
    } finally {
      await Promise.all(Object.values(peers).map((peer) => peer.stop()))
    }
    return measures
  },
}
