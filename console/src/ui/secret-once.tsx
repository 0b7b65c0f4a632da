import type { ReactElement, ReactNode } from 'react'
import { CopyLine } from './copy.tsx'
import { Icon } from './icons.tsx'

interface SecretOnceProps {
  readonly secret: string
  /** What it is for, and that it is not shown again. */
  readonly what: ReactNode
  readonly label?: string
  readonly children?: ReactNode
}

/** A secret, the one time that it can be seen. */
export function SecretOnce({ secret, what, label = 'Copy', children }: SecretOnceProps): ReactElement {
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md border border-warn/50 bg-warn-soft p-3">
      <p className="flex gap-2">
        <Icon name="warning" className="mt-0.5 text-warn" />
        <span className="min-w-0">{what}</span>
      </p>
      <CopyLine text={secret} label={label} />
      {children}
    </div>
  )
}
