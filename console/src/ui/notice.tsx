import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icons.tsx'

interface NoticeProps {
  /** `warn`: something is not as it looks; `plain`: something to know. */
  readonly tone?: 'plain' | 'warn' | 'bad'
  readonly children: ReactNode
  /** What can be done about it. */
  readonly action?: ReactNode
}

const tones = {
  plain: { box: 'border-line bg-surface', icon: 'info', ink: 'text-muted' },
  warn: { box: 'border-warn/50 bg-warn-soft', icon: 'warning', ink: 'text-warn' },
  bad: { box: 'border-bad/50 bg-bad-soft', icon: 'cross', ink: 'text-bad' },
} as const

/** A sentence that must be read with what stands beside it. */
export function Notice({ tone = 'plain', children, action }: NoticeProps): ReactElement {
  const { box, icon, ink } = tones[tone]
  return (
    <div role="note" className={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3 py-2 ${box}`}>
      <div className="flex min-w-0 flex-[1_1_16rem] gap-2 py-0.5">
        <Icon name={icon} className={`mt-0.5 ${ink}`} />
        <div className="min-w-0 break-words">{children}</div>
      </div>
      {action}
    </div>
  )
}
