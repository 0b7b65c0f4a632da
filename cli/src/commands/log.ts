import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { acknowledgeCommand } from '../log/acknowledge.ts'
import { eraseCommand } from '../log/erase.ts'
import { fsckCommand } from '../log/fsck.ts'
import { holdCommand } from '../log/hold.ts'
import { loadCommand } from '../log/load.ts'
import { packCommand } from '../log/pack.ts'
import { proveCommand } from '../log/prove.ts'
import { retentionCommand } from '../log/retention.ts'
import { scrubCommand } from '../log/scrub.ts'
import { searchCommand } from '../log/search.ts'
import { showCommand } from '../log/show.ts'
import { sinksCommand } from '../log/sinks.ts'
import { tailCommand } from '../log/tail.ts'
import { verifyCommand } from '../log/verify.ts'

/** In the order in which help shows them. */
const commands: readonly ((open: Open) => Command)[] = [
  tailCommand,
  searchCommand,
  showCommand,
  verifyCommand,
  proveCommand,
  packCommand,
  fsckCommand,
  acknowledgeCommand,
  loadCommand,
  retentionCommand,
  holdCommand,
  eraseCommand,
  sinksCommand,
  scrubCommand,
]

export function logCommand(open: Open): Command {
  const log = new Command('log').description('what happened: the event log')
  for (const command of commands) log.addCommand(command(open))
  return log
}
