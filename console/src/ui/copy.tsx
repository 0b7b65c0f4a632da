import { type ReactElement, useEffect, useState } from 'react'
import { Icon } from './icons.tsx'

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  return [
    copied,
    (text) => {
      navigator.clipboard.writeText(text).then(
        () => setCopied(true),
        () => setCopied(false),
      )
    },
  ]
}

/**
 * An id in monospace that copies on a click. `short` shows the end of it only (the beginning of a time-ordered id is its time, and
 * looks the same for all of one day); the whole is in the tooltip.
 */
export function CopyId({ id, short = false }: { id: string; short?: boolean }): ReactElement {
  const [copied, copy] = useCopied()
  const shown = short && id.length > 12 ? `…${id.slice(-8)}` : id
  return (
    <button
      type="button"
      title={`${id}\nClick to copy`}
      aria-label={copied ? 'Copied' : `Copy ${id}`}
      onClick={(event) => {
        event.stopPropagation()
        copy(id)
      }}
      className="group/copy inline-flex max-w-full items-center gap-1 rounded-sm text-left align-top font-mono text-xs leading-5 text-ink hover:text-accent"
    >
      <span className="min-w-0 break-all">{shown}</span>
      <Icon
        name={copied ? 'check' : 'copy'}
        className={`size-3.5 ${copied ? 'text-good' : 'text-muted opacity-0 group-hover/copy:opacity-100 group-focus-visible/copy:opacity-100'}`}
      />
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  )
}

/** A line of shell or a secret, in a box, with a button that copies it. */
export function CopyLine({ text, label = 'Copy' }: { text: string; label?: string }): ReactElement {
  const [copied, copy] = useCopied()
  return (
    <div className="flex w-full items-start rounded-md border border-line bg-sunken">
      <pre className="min-w-0 flex-1 overflow-x-auto px-3 py-2 font-mono text-xs leading-4 text-ink">{text}</pre>
      <button
        type="button"
        onClick={() => copy(text)}
        className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-xs text-muted hover:text-ink"
      >
        <Icon name={copied ? 'check' : 'copy'} className={copied ? 'size-3.5 text-good' : 'size-3.5'} />
        <span aria-live="polite">{copied ? 'Copied' : label}</span>
      </button>
    </div>
  )
}
