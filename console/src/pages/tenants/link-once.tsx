import type { ReactElement } from 'react'
import type { OperatorInvitation } from '../../api/types.ts'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'

/** The link by which somebody becomes an operator of a tenant, the one time that it can be seen here. */
export function LinkOnce({ invitation, email }: { invitation: OperatorInvitation; email: string }): ReactElement {
  return (
    <SecretOnce
      secret={invitation.link}
      label="Copy link"
      what={
        <>
          This link was mailed to {email} and is shown here once: whoever has it becomes an operator of the tenant. It
          ends <RelativeTime at={invitation.expiresAt} />.
        </>
      }
    />
  )
}
