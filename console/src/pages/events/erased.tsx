import type { ReactElement } from 'react'

/** What stands in an event where a value was erased. */
export const ERASED = '[erased]'

/** A value of an event as text; one that was erased is shown as gone, never as if it had been empty. */
export function Said({ text }: { text: string }): ReactElement {
  return text === ERASED ? <Erased /> : <>{text}</>
}

function Erased(): ReactElement {
  return (
    <span
      title="Erased: the key of the person whose it was is destroyed. The event and its place stand."
      className="rounded-sm border border-dashed border-line-strong px-1 text-xs text-muted italic"
    >
      erased
    </span>
  )
}
