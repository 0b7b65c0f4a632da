import { verifyEventProof } from '@holdfast/merkle'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { segment, type Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { Cli, Open } from '../cli.ts'
import { notWhole } from './failures.ts'
import { installationOf, remembered, stateFile } from './remembered.ts'
import { provenText } from './verify-offline.ts'

const patience = 10_000 // milliseconds for an event to get its place
const pause = 500

interface ProveOptions {
  readonly out?: string
  readonly vkey?: string
  readonly state?: string
}

export function proveCommand(open: Open): Command {
  return new Command('prove')
    .description('fetch a proof that one event is in the log: holdfast log prove EVENT --out it.tlog-proof')
    .argument('<event>', 'its id')
    .option('--out <file>', 'where to write the proof (default: to the standard output)')
    .option('--vkey <key>', 'the verifier key of the log, as its owner told you')
    .option('--state <file>', 'where keys and checkpoints are remembered (default: in the state directory of the user)')
    .action(async (id: string, options: ProveOptions, command: Command) => prove(open(command), id, options))
}

/** Whoever is handed the proof may have no server: so it is verified here as it will be there, before it is written. */
async function prove(cli: Cli, id: string, { out, ...options }: ProveOptions): Promise<void> {
  const { api, terminal } = cli
  const text = await fetchProof(api, id)
  const result = verifyEventProof(text, { trustedKeys: trustedKeys(cli, options) })
  if (!result.ok) throw notWhole(result)
  if (out === undefined) return cli.show({ ...result, proof: text }, () => text)
  writeFileSync(resolve(terminal.cwd, out), text)
  cli.show(
    { ...result, file: out },
    () => `${provenText(result)}The proof is in ${out}; holdfast log verify --offline ${out}\n`,
  )
}

/** An event that was recorded this moment has no place yet. */
async function fetchProof(api: Api, id: string): Promise<string> {
  for (let left = patience / pause; ; left--) {
    const fetched = api.raw(`/api/v1/events/${segment(id)}/proof`)
    const response = left > 0 ? await unless(409, fetched) : await fetched
    if (response !== undefined) return response.text()
    await sleep(pause)
  }
}

/** The key that was given, else the one that was remembered for this server; without either nothing vouches for it. */
export function trustedKeys(cli: Cli, { vkey, state }: { readonly vkey?: string; readonly state?: string }): string[] {
  if (vkey !== undefined) return [vkey]
  const before = remembered(stateFile(state, cli.terminal), installationOf(cli))
  return before === undefined ? [] : [before.vkey]
}
