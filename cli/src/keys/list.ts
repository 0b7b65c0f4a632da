import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { subjectOf } from './subject.ts'
import type { Key, KeyEncryptionKey } from './types.ts'

interface Options {
  readonly purpose?: string
  readonly people?: boolean
  readonly person?: string
  readonly state?: string
}

export function listCommand(open: Open): Command {
  return new Command('list')
    .description('which keys there are, how old they are and how much they were used; never the keys themselves')
    .option('--purpose <name>', 'only those of a purpose, as "ledger"')
    .option('--people', "people's keys instead of those of purposes")
    .option('--person <email or id>', 'the keys of one person')
    .option('--state <state>', 'current, retired or destroyed')
    .action(async ({ purpose, people, person, state }: Options, command: Command) => {
      const { api, show } = open(command)
      const subject = person === undefined ? undefined : await subjectOf(api, person)
      const kind = people === true || subject !== undefined ? 'person' : 'purpose'
      const keys = await api.all<Key>('/keys', { purpose, state, subject, kind })
      const { items } = await api.get<{ items: readonly KeyEncryptionKey[] }>('/key-encryption-keys')
      show({ keys, keyEncryptionKeys: items }, () => `${wrapping(items)}\n${data(keys)}`)
    })
}

function wrapping(keys: readonly KeyEncryptionKey[]): string {
  return table(
    keys,
    {
      'key-encryption key': (key) => `version ${key.version}`,
      state: (key) => key.state,
      'data keys': (key) => key.dataKeys,
      'root key': (key) => (key.state === 'retired' ? null : `generation ${key.rootGeneration}`),
      made: (key) => when(key.createdAt),
      destroyed: (key) => when(key.retiredAt),
    },
    'There is no key-encryption key yet: the first is made when something is encrypted.',
  )
}

function data(keys: readonly Key[]): string {
  return table(
    keys,
    {
      purpose: (key) => key.purpose,
      of: (key) => key.subject,
      version: (key) => key.version,
      state: (key) => key.state,
      'used at most': (key) => key.used,
      under: (key) => (key.keyEncryptionKey === null ? null : `version ${key.keyEncryptionKey}`),
      made: (key) => when(key.createdAt),
      id: (key) => key.id,
    },
    'There are no such data keys.',
  )
}
