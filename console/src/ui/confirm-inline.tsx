import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from './button.tsx'
import type { IconName } from './icons.tsx'

interface ConfirmInlineProps {
  /** The act as it stands before anyone asks: "Revoke all sessions". */
  readonly label: string
  readonly icon?: IconName
  /** Whom it hits and how many; what cannot be taken back. */
  readonly consequence: ReactNode
  /** The act itself, with its number: "Revoke 3 sessions". */
  readonly confirm: string
  readonly onConfirm: () => void
  readonly busy?: boolean
  readonly disabled?: boolean
  /** Nothing is lost by it: asked all the same, because it touches much, but not in red. */
  readonly safe?: boolean
}

/** An act that cannot be undone: says whom it hits and how many, in place, before it asks. Escape keeps everything as it was. */
export function ConfirmInline(props: ConfirmInlineProps): ReactElement {
  const [asking, setAsking] = useState(false)
  const keep = useRef<HTMLButtonElement>(null)
  const ask = useRef<HTMLButtonElement>(null)
  const returned = useRef(false)

  useEffect(() => {
    if (asking) keep.current?.focus()
    else if (returned.current) ask.current?.focus()
    returned.current = asking
  }, [asking])

  const { safe = false } = props
  if (!asking) {
    return (
      <button
        ref={ask}
        type="button"
        disabled={props.disabled === true || props.busy === true}
        onClick={() => setAsking(true)}
        className={`inline-flex h-8 shrink-0 items-center self-start rounded-md border border-line-strong/60 bg-surface px-3 text-sm font-medium whitespace-nowrap select-none disabled:cursor-not-allowed disabled:opacity-50 ${safe ? 'text-ink hover:bg-sunken' : 'text-bad hover:bg-bad-soft'}`}
      >
        {props.label}
      </button>
    )
  }
  return (
    <div
      role="group"
      aria-label={props.label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        setAsking(false)
      }}
      className={`flex w-full flex-col gap-2 rounded-md border p-3 ${safe ? 'border-accent/40 bg-accent-soft' : 'border-bad/50 bg-bad-soft'}`}
    >
      <p className="text-sm text-ink" role="status">
        {props.consequence}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          look={safe ? 'primary' : 'danger-primary'}
          onClick={() => {
            setAsking(false)
            props.onConfirm()
          }}
        >
          {props.confirm}
        </Button>
        <button
          ref={keep}
          type="button"
          onClick={() => setAsking(false)}
          className="inline-flex h-8 items-center rounded-md border border-line-strong/60 bg-surface px-3 text-sm font-medium hover:bg-sunken"
        >
          Keep
        </button>
      </div>
    </div>
  )
}
