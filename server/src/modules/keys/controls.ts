import type { Control, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Tables } from '../../platform/database/tables.ts'
import { keepingProblems } from './keeping.ts'
import { hierarchyState, mostUsed } from './store/state.ts'
import type { KeysConfig } from './config.ts'

const cryptography = [
  { framework: 'SOC 2', ref: 'CC6.1' },
  { framework: 'ISO 27001:2022', ref: 'A.8.24' },
] as const

/** Days beyond its time for which a rotation may fail before it is a finding. */
const graceDays = 7

export function keyControls(tables: Tables, config: KeysConfig): readonly Control[] {
  return [
    {
      id: 'keys.wrapped',
      title: 'Every data key is wrapped by a live key-encryption key',
      statement:
        'Keys lie in the database encrypted only: each data key under a live key-encryption key, that under the root key. Destroyed keys have no bytes left.',
      mapsTo: [...cryptography, { framework: 'PCI DSS 4.0.1', ref: '3.6.1.2' }],
      check: ({ database }) => checkWrapped(database),
    },
    {
      id: 'keys.rotated',
      title: 'Keys are replaced in time',
      statement: `The key-encryption key is at most ${config.kekDays} days old, and no data key encrypts more than ${config.messagesPerKey} values.`,
      mapsTo: [...cryptography, { framework: 'PCI DSS 4.0.1', ref: '3.7.4' }, { framework: 'ASVS 5.0', ref: '11.2.2' }],
      check: ({ database, now }) => checkRotated(database, config, now),
    },
    {
      id: 'keys.columns-kept',
      title: 'Personal and secret columns cannot be read in the database',
      statement:
        'Each column that is declared personal or secret holds ciphertext or digests, as declared, or is named with the reason why it does not.',
      mapsTo: [
        ...cryptography,
        { framework: 'GDPR', ref: 'Art. 32' },
        { framework: 'PCI DSS 4.0.1', ref: '3.5.1' },
        { framework: 'ASVS 5.0', ref: '14.2.4' },
      ],
      check: ({ database }) => checkKept(database, tables),
    },
  ]
}

async function checkWrapped(database: Database): Promise<ControlResult> {
  const { keys, destroyed, loose, live, current } = await database.asSystem(hierarchyState)
  if (current === 0) return { status: 'unknown', evidence: 'There are no keys yet.' }
  if (loose > 0) return { status: 'fail', evidence: `${loose} of ${keys} data keys are not under a live key.` }
  return {
    status: 'pass',
    evidence: `${keys} data keys, each under one of ${live} live key-encryption keys; ${destroyed} more are destroyed.`,
  }
}

async function checkRotated(
  database: Database,
  { kekDays, messagesPerKey }: KeysConfig,
  now: Date,
): Promise<ControlResult> {
  const { since } = await database.asSystem(hierarchyState)
  if (since === null) return { status: 'unknown', evidence: 'There are no keys yet.' }
  const days = Math.floor((now.getTime() - since.getTime()) / 86_400_000)
  if (days > kekDays + graceDays)
    return { status: 'fail', evidence: `The key-encryption key is ${days} days old, and should be ${kekDays} at most.` }
  const most = await database.asSystem(mostUsed)
  if (most > messagesPerKey)
    return { status: 'fail', evidence: `A data key has encrypted ${most} values, more than ${messagesPerKey}.` }
  return {
    status: 'pass',
    evidence: `The key-encryption key is ${days} days old; the most used data key has encrypted at most ${most} values.`,
  }
}

async function checkKept(database: Database, tables: Tables): Promise<ControlResult> {
  const { problems, counts } = await keepingProblems(database, tables)
  return problems.length === 0
    ? {
        status: 'pass',
        evidence: `${counts.encrypted} columns are encrypted, ${counts.digest} digests, ${counts.wrapped} wrapped keys, ${counts.plain} readable for a named reason.`,
      }
    : { status: 'fail', evidence: `${problems.slice(0, 5).join('; ')}.` }
}
