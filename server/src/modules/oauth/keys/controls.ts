import type { Control } from '../../../platform/control.ts'
import type { SigningKeysConfig } from './config.ts'
import { algorithms } from './make.ts'
import { selectKeys } from './store.ts'

/** A day late is late: the job comes every ten minutes. */
const graceDays = 1

export const signingKeysControls = ({ rotateDays }: Pick<SigningKeysConfig, 'rotateDays'>): readonly Control[] => [
  {
    id: 'oauth.signing-keys-rotate',
    title: 'Token signing keys rotate',
    statement: `Every algorithm has a key that signs and is no older than ${rotateDays} days, and a next one that is published already; keys that sign no longer have no private part.`,
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '3.7.4' },
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'ISO 27001:2022', ref: 'A.8.24' },
    ],
    async check({ database, now }) {
      const rows = await database.asSystem((tx) => selectKeys(tx))
      const day = 86_400_000
      const problems = algorithms.flatMap((alg) => {
        const current = rows.find((row) => row.alg === alg && row.state === 'current')
        const days = current?.current_at
          ? (now.getTime() - current.current_at.getTime()) / day
          : Number.POSITIVE_INFINITY
        if (current === undefined) return [`no key signs ${alg}`]
        if (days > rotateDays + graceDays) return [`the ${alg} key has signed for ${Math.floor(days)} days`]
        const published = rows.some((row) => row.alg === alg && row.state === 'next')
        return published ? [] : [`no next ${alg} key is published`]
      })
      if (problems.length > 0) return { status: 'fail', evidence: `${problems.join('; ')}.` }
      const counts = ['current', 'next', 'retired'].map(
        (state) => `${rows.filter((row) => row.state === state).length} ${state}`,
      )
      return {
        status: 'pass',
        evidence: `Keys: ${counts.join(', ')}; the oldest that signs is within ${rotateDays} days.`,
      }
    },
  },
]
