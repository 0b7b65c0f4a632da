import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { mfaCommand } from '../identity/mfa.ts'
import { passwordsCommand } from '../identity/passwords.ts'
import { scimCommand } from '../identity/scim.ts'

export function identityCommand(open: Open): Command {
  const identity = new Command('identity').description('how people and programs sign in')
  identity.addCommand(mfaCommand(open))
  identity.addCommand(passwordsCommand(open))
  identity.addCommand(scimCommand(open))
  return identity
}
