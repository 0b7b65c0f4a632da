import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { exportCommand } from '../identity/apply/export.ts'
import { brandingCommand } from '../identity/branding.ts'
import { mfaCommand } from '../identity/mfa.ts'
import { clientsCommand } from '../identity/clients.ts'
import { connectedCommand } from '../identity/connected.ts'
import { connectionsCommand } from '../identity/connections.ts'
import { invitationsCommand } from '../identity/invitations.ts'
import { mailCommand } from '../identity/mail.ts'
import { passwordsCommand } from '../identity/passwords.ts'
import { scimCommand } from '../identity/scim.ts'
import { signingKeysCommand } from '../identity/signing-keys.ts'

export function identityCommand(open: Open): Command {
  const identity = new Command('identity').description('how people and programs sign in')
  identity.addCommand(mfaCommand(open))
  identity.addCommand(passwordsCommand(open))
  identity.addCommand(scimCommand(open))
  identity.addCommand(clientsCommand(open))
  identity.addCommand(signingKeysCommand(open))
  identity.addCommand(connectedCommand(open))
  identity.addCommand(connectionsCommand(open))
  identity.addCommand(invitationsCommand(open))
  identity.addCommand(mailCommand(open))
  identity.addCommand(exportCommand(open))
  identity.addCommand(brandingCommand(open))
  return identity
}
