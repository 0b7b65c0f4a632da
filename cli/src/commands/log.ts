import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { showCommand } from '../log/show.ts'
import { tailCommand } from '../log/tail.ts'
import { verifyCommand } from '../log/verify-command.ts'

/** In the order in which help shows them. */
const commands: readonly ((open: Open) => Command)[] = [tailCommand, showCommand, verifyCommand]

export function logCommand(open: Open): Command {
  const log = new Command('log').description('what happened: the event log')
  for (const command of commands) log.addCommand(command(open))
  return log
}
