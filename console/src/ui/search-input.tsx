import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import { Icon } from './icons.tsx'

interface SearchInputProps {
  readonly label: string
  readonly value: string
  /** Called when typing rests for a quarter of a second. */
  readonly onChange: (value: string) => void
}

/** The search field of a page. The key `/` focuses it (src/app/shortcuts.ts finds it by its mark). */
export function SearchInput({ label, value, onChange }: SearchInputProps): ReactElement {
  const [text, setText] = useState(value)
  const sent = useRef(value)

  useEffect(() => {
    // The address changed by other means (back, a link): follow it, but never overwrite what is being typed.
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])

  const send = useCallback(() => {
    if (text === sent.current) return
    sent.current = text
    onChange(text)
  }, [text, onChange])

  useEffect(() => {
    if (text === sent.current) return undefined
    const timer = setTimeout(send, 250)
    return () => clearTimeout(timer)
  }, [text, send])

  return (
    <div className="relative w-full max-w-80 min-w-40 flex-1">
      <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-muted" />
      <input
        data-search=""
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        // Whoever goes elsewhere has finished typing: sent later, it would take them back here.
        onBlur={send}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 text-sm text-ink focus-visible:-outline-offset-1 [&::-webkit-search-cancel-button]:hidden"
      />
      <kbd
        aria-hidden="true"
        className="pointer-events-none absolute top-1.5 right-2 hidden h-5 items-center rounded-sm border border-line px-1.5 font-mono text-xs text-muted sm:inline-flex"
      >
        /
      </kbd>
    </div>
  )
}
