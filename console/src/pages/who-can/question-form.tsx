import type { ReactElement, ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'

interface QuestionFormProps {
  readonly ready: boolean
  readonly busy: boolean
  readonly onAsk: () => void
  readonly children: ReactNode
}

/** The fields of a question in a row, and the button that asks it. */
export function QuestionForm({ ready, busy, onAsk, children }: QuestionFormProps): ReactElement {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onAsk()
      }}
      className="grid grid-cols-1 items-start gap-3 border-b border-line px-4 pt-2 pb-4 sm:grid-cols-2 xl:grid-cols-[repeat(4,minmax(0,14rem))_auto]"
    >
      {children}
      <div className="sm:pt-5">
        <Button look="primary" type="submit" disabled={!ready} busy={busy}>
          Ask
        </Button>
      </div>
    </form>
  )
}
