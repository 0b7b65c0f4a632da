import type { ReactElement, ReactNode } from 'react'
import { CopyLine } from './copy.tsx'

interface EmptyStateProps {
  readonly title: string
  readonly children?: ReactNode
  /** The line to run that makes it less empty. */
  readonly command?: string
}

/** What stands where a list would be: what would be here, and the next step. */
export function EmptyState({ title, children, command }: EmptyStateProps): ReactElement {
  return (
    <div className="flex max-w-2xl flex-col gap-2 px-4 py-8">
      <h2 className="text-base font-semibold">{title}</h2>
      {children === undefined ? null : <div className="text-muted">{children}</div>}
      {command === undefined ? null : <CopyLine text={command} />}
    </div>
  )
}
