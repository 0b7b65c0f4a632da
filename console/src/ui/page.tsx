import { type ReactElement, type ReactNode, useEffect } from 'react'

interface PageProps {
  readonly title: string
  /** Beside the title: the act of the page ("Add person"). */
  readonly actions?: ReactNode
  /** Under the title: tabs. */
  readonly tabs?: ReactNode
  /** Over the list: search and filters. */
  readonly toolbar?: ReactNode
  /** The panel beside; in a narrow window it replaces the list. */
  readonly panel?: ReactNode
  readonly children: ReactNode
}

/** A page: its head, its list, and the panel beside. From 64 rem up the list and the panel scroll each for itself. */
export function Page({ title, actions, tabs, toolbar, panel, children }: PageProps): ReactElement {
  useEffect(() => {
    document.title = `${title} · Holdfast`
  }, [title])
  const open = panel !== undefined && panel !== null
  return (
    <div className="flex min-h-0 flex-1">
      <div className={`min-h-0 min-w-0 flex-1 flex-col ${open ? 'hidden lg:flex' : 'flex'}`}>
        <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-4 pb-2">
          <h1 className="text-xl font-semibold">{title}</h1>
          {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
        {tabs}
        {toolbar === undefined ? null : <div className="flex flex-wrap items-center gap-2 px-4 py-2">{toolbar}</div>}
        <div className="flex min-h-0 flex-1 flex-col lg:overflow-y-auto">{children}</div>
      </div>
      {open ? <div className="w-full min-w-0 bg-surface lg:w-auto">{panel}</div> : null}
    </div>
  )
}
