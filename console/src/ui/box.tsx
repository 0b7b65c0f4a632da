import type { ReactElement, ReactNode } from 'react'

interface BoxProps {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One subject of a page, framed and with a heading. */
export function Box({ title, aside, children }: BoxProps): ReactElement {
  return (
    <section aria-label={title} className="min-w-0 overflow-hidden rounded-md border border-line bg-surface">
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-2 gap-y-1 border-b border-line px-4 py-1">
        <h2 className="text-sm font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** What stands in a box, with the room around it that text needs. */
export function BoxBody({ children }: { children: ReactNode }): ReactElement {
  return <div className="flex flex-col gap-4 p-4">{children}</div>
}
