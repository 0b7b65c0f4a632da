import type { ReactElement } from 'react'
import type { CreatedKey } from '../../api/types.ts'
import { CopyLine } from '../../ui/copy.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'

interface KeyOnceProps {
  readonly created: CreatedKey
  readonly application: string | null
}

/** A new key, the one time that it can be seen, alone and inside the credentials file that an edge reads. */
export function KeyOnce({ created, application }: KeyOnceProps): ReactElement {
  const credentials = {
    url: location.origin,
    ...(application === null ? {} : { application }),
    token: created.key,
    trust: created.trust,
  }
  return (
    <SecretOnce
      secret={created.key}
      label="Copy key"
      what="This key is shown now and never again: only its hash is kept. Copy it before you leave."
    >
      <p>As the file .holdfast/credentials.json (mode 0600) that the SDK and the gateway read:</p>
      <CopyLine text={JSON.stringify(credentials, null, 2)} label="Copy file" />
    </SecretOnce>
  )
}
