import { type ReactElement, type ReactNode, useId, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Field, Input } from './input.tsx'

interface TypedConfirmProps {
  /** The act as it stands before anyone asks. */
  readonly label: string
  /** Whom it hits and how many; what cannot be taken back. */
  readonly consequence: ReactNode
  /** What has to be typed before the act can be done. */
  readonly word: string
  /** The act itself, with its number. */
  readonly confirm: string
  readonly onConfirm: () => void
  readonly busy?: boolean
  /** What the act wants to know, between its consequence and its word. */
  readonly asks?: ReactNode
  /** Whether what it wants to know was said. */
  readonly ready?: boolean
  readonly disabled?: boolean
}

/** An act that loses something for good: it is done by whoever types its word, and by nobody who only clicks. */
export function TypedConfirm(props: TypedConfirmProps): ReactElement {
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const ask = useRef<HTMLButtonElement>(null)
  const says = useId()
  const fits = typed.trim() === props.word && props.ready !== false
  const close = () => {
    setAsking(false)
    setTyped('')
    requestAnimationFrame(() => ask.current?.focus())
  }
  if (!asking) {
    return (
      <button
        ref={ask}
        type="button"
        disabled={props.disabled === true || props.busy === true}
        onClick={() => setAsking(true)}
        className="inline-flex h-8 shrink-0 items-center self-start rounded-md border border-bad/50 bg-surface px-3 text-sm font-medium whitespace-nowrap text-bad select-none hover:bg-bad-soft disabled:cursor-not-allowed disabled:opacity-50"
      >
        {props.label}
      </button>
    )
  }
  return (
    <form
      aria-label={props.label}
      aria-describedby={says}
      onSubmit={(event) => {
        event.preventDefault()
        if (!fits) return
        close()
        props.onConfirm()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        close()
      }}
      className="flex w-full flex-col gap-3 rounded-md border border-bad/50 bg-bad-soft p-3"
    >
      <div id={says} role="status">
        {props.consequence}
      </div>
      {props.asks}
      <Field label={`Type ${props.word} to go on`}>
        <Input
          value={typed}
          onChange={setTyped}
          autoFocus={props.asks === undefined}
          spellCheck={false}
          autoCapitalize="off"
          className="font-mono"
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button look="danger-primary" type="submit" disabled={!fits}>
          {props.confirm}
        </Button>
        <Button onClick={close}>Keep</Button>
      </div>
    </form>
  )
}
