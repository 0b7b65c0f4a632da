import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { meQuery } from '../../api/queries.ts'
import { CopyLine } from '../../ui/copy.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'

/** What a program is configured with: the issuer, its id, and the secret, the one time that it can be seen. */
export function ClientOnce({ clientId, secret }: { clientId: string; secret: string | undefined }): ReactElement {
  const issuer = useQuery(meQuery).data?.installation.publicUrl ?? location.origin
  return (
    <>
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Issuer</span>
        <CopyLine text={issuer} />
      </div>
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Client id</span>
        <CopyLine text={clientId} />
      </div>
      {secret === undefined ? (
        <p className="text-muted">It has no secret: it proves itself by PKCE, or with a key of its own.</p>
      ) : (
        <SecretOnce
          secret={secret}
          label="Copy secret"
          what="This secret is shown now and never again: only its hash is kept. Copy it before you leave."
        />
      )}
    </>
  )
}
