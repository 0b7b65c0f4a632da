import type { ReactElement } from 'react'
import type { CreatedKey } from '../../api/types.ts'
import { CopyLine } from '../../ui/copy.tsx'
import { Icon } from '../../ui/icons.tsx'

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
    <div role="status" className="flex flex-col gap-2 rounded-md border border-warn/50 bg-warn-soft p-3">
      <p className="flex gap-2">
        <Icon name="warning" className="mt-0.5 text-warn" />
        This key is shown now and never again: only its hash is kept. Copy it before you leave.
      </p>
      <CopyLine text={created.key} label="Copy key" />
      <p>As the file .holdfast/credentials.json (mode 0600) that the SDK and the gateway read:</p>
      <CopyLine text={JSON.stringify(credentials, null, 2)} label="Copy file" />
    </div>
  )
}
