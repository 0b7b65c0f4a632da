import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { destroyCommand } from '../keys/destroy.ts'
import { listCommand } from '../keys/list.ts'
import { rotateCommand } from '../keys/rotate.ts'

export function keysCommand(open: Open): Command {
  const keys = new Command('keys').description('the keys with which everything is encrypted')
  for (const command of [listCommand, rotateCommand, destroyCommand]) keys.addCommand(command(open))
  return keys
}
