import { useBlocker } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Button } from '../../ui/button.tsx'

/** Asks before unsaved text is left behind: in the page when it is a link, by the browser when it is the tab. */
export function LeaveGuard({ dirty }: { dirty: boolean }): ReactElement | null {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 rounded-md border border-warn/50 bg-warn-soft px-3 py-2"
    >
      <span className="min-w-0 flex-1">What you changed here is not saved.</span>
      <Button look="danger" onClick={proceed}>
        Leave without saving
      </Button>
      <Button onClick={reset}>Stay</Button>
    </div>
  )
}
