import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './button.tsx'
import { Loading } from './loading.tsx'

interface DetailPanelProps {
  readonly title: ReactNode
  readonly subtitle?: ReactNode
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * The panel beside a table: one thing in full. Escape closes it. In a narrow window it stands in place of the table, and takes the focus
 * that the hidden table lost.
 */
export function DetailPanel({ title, subtitle, onClose, children }: DetailPanelProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useEffect(() => {
    if (!window.matchMedia('(min-width: 64rem)').matches && !document.activeElement?.closest('aside')) {
      heading.current?.focus()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close.current()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    <aside
      aria-label="Details"
      className="min-w-0 bg-surface lg:h-full lg:w-96 lg:shrink-0 lg:overflow-y-auto lg:border-l lg:border-line xl:w-108 2xl:w-120"
    >
      <header className="sticky top-0 z-10 flex items-start gap-2 border-b border-line bg-surface py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-1">
          <h2 ref={heading} tabIndex={-1} className="text-base leading-6 font-semibold break-words outline-none">
            {title}
          </h2>
          {subtitle === undefined ? null : <div className="text-muted">{subtitle}</div>}
        </div>
        <IconButton icon="cross" label="Close (Escape)" onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}

/** The first block of a panel, under its title. */
export function PanelBody({ children }: { children: ReactNode }): ReactElement {
  return <div className="flex flex-col gap-4 px-4 py-4">{children}</div>
}

interface NotThereProps {
  /** What one of them is called: "group". */
  readonly one: string
  readonly loading: boolean
  readonly onClose: () => void
}

/** The panel of what is not there: not yet, or not at all. */
export function NotThere({ one, loading, onClose }: NotThereProps): ReactElement {
  return (
    <DetailPanel title={`${one.slice(0, 1).toUpperCase()}${one.slice(1)}`} onClose={onClose}>
      {loading ? <Loading /> : <p className="p-4 text-muted">{`There is no such ${one}.`}</p>}
    </DetailPanel>
  )
}
