import type { Control } from '../../../platform/control.ts'
import { currentSeal } from './store.ts'

export const sealControls: readonly Control[] = [
  {
    id: 'keys.root-key-sealed',
    title: 'The root key is sealed by something that is not on the machine',
    statement: 'What opens the root key is a passphrase or shares of several people, and not a file beside the server.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'PCI DSS 4.0.1', ref: '3.6.1.2' },
      { framework: 'PCI DSS 4.0.1', ref: '3.7.6' },
      { framework: 'ISO 27001:2022', ref: 'A.8.24' },
    ],
    check: ({ database }) =>
      database.asSystem(async (tx) => {
        const seal = await currentSeal(tx)
        if (seal === undefined) return { status: 'unknown', evidence: 'There is no seal yet.' }
        const { kind, generation } = seal
        return kind === 'file'
          ? { status: 'fail', evidence: `The root key (generation ${generation}) is sealed by a key file.` }
          : { status: 'pass', evidence: `The root key (generation ${generation}) is sealed by ${kind}.` }
      }),
  },
]
