import type { Control } from '../../../platform/control.ts'
import { forgottenDays, isForgotten } from './report.ts'
import { listCandidates } from './store.ts'

export const shadowControls: readonly Control[] = [
  {
    id: 'access.candidates-looked-at',
    title: 'No candidate of policies is forgotten',
    statement: `Candidate policies that decide beside the live ones are promoted or stopped within ${forgottenDays} days.`,
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC8.1' },
      { framework: 'ISO 27001:2022', ref: 'A.8.32' },
    ],
    check: ({ database, tenant, now }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const candidates = await listCandidates(tx)
          const old = candidates
            .filter((candidate) => isForgotten(candidate, now))
            .map(({ application }) => application)
          return old.length === 0
            ? { status: 'pass', evidence: `${candidates.length} candidates, none older than ${forgottenDays} days.` }
            : { status: 'fail', evidence: `Older than ${forgottenDays} days: those of ${old.slice(0, 10).join(', ')}.` }
        },
        'read',
      ),
  },
]
