import { Command, Option } from 'commander'
import type { Api } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { subjectOf } from './subject.ts'
import type { Key } from './types.ts'

interface Options {
  readonly purpose?: string
  readonly person?: string
  readonly everything?: boolean
}

interface Rotated {
  readonly version: number
  readonly dataKeys: number
}

const explanation = `
Nothing stops meanwhile and no data is encrypted anew: data keys are wrapped by the new key-encryption key in the
background, and what an old data key closed, it still opens.
`

export function rotateCommand(open: Open): Command {
  return new Command('rotate')
    .description('replace the key-encryption key; or, with --purpose, what is written from now on gets a new data key')
    .option('--purpose <name>', 'the data key of a purpose, as "directory"')
    .option('--person <email or id>', 'with --purpose: the key of one person')
    .addOption(
      new Option('--everything', 'the key-encryption key and the data key of every purpose').conflicts('purpose'),
    )
    .addHelpText('after', explanation)
    .action(async ({ purpose, person, everything }: Options, command: Command) => {
      const { api, show } = open(command)
      if (purpose !== undefined) {
        const key = await rotateData(api, purpose, person)
        show(key, () => `${purpose} is encrypted with version ${key.version} from now on.\n`)
        return
      }
      if (person !== undefined) throw usage('A person has a key for each purpose.', 'Say --purpose too.')
      const kek = await api.post<Rotated>('/key-encryption-keys/rotate')
      const keys = everything === true ? await rotatePurposes(api) : []
      show({ keyEncryptionKey: kek, keys }, () => said(kek, keys))
    })
}

async function rotateData(api: Api, purpose: string, person: string | undefined): Promise<Key> {
  const subject = person === undefined ? undefined : await subjectOf(api, person)
  return api.post<Key>('/keys/rotate', { purpose, ...(subject !== undefined && { subject }) })
}

/** Keys of indexes stay: with another one nothing that was indexed would be found. */
async function rotatePurposes(api: Api): Promise<readonly Key[]> {
  const current = await api.all<Key>('/keys', { kind: 'purpose', state: 'current' })
  const keys: Key[] = []
  for (const { purpose } of current.filter((key) => !key.purpose.endsWith('/index')))
    keys.push(await api.post<Key>('/keys/rotate', { purpose }))
  return keys
}

function said({ version, dataKeys }: Rotated, keys: readonly Key[]): string {
  const lines = [
    `The key-encryption key is version ${version} now; ${count(dataKeys, 'data key is', 'data keys are')} being wrapped anew.`,
    ...keys.map((key) => `${key.purpose} is encrypted with version ${key.version} from now on.`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
