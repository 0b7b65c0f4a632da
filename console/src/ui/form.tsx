import type { ReactElement, ReactNode } from 'react'
import { Button } from './button.tsx'
import { DetailPanel } from './detail-panel.tsx'
import { ErrorNote } from './error-note.tsx'

interface FormProps {
  /** What it sends, as `useAct` gives it. */
  readonly act: { readonly error: unknown; readonly isPending: boolean; readonly mutate: () => void }
  /** What the button says; null where this one may look and not send. */
  readonly submit: string | null
  /** Whether there is enough to send. */
  readonly ready?: boolean
  readonly onCancel?: (() => void) | undefined
  /** Further acts beside the button. */
  readonly aside?: ReactNode
  /** Of an act beside it. */
  readonly error?: unknown
  /** One of several on its page: its button is not the act of the page. */
  readonly quiet?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** Fields, what the server had against them, and the button. */
export function Form({
  act,
  submit,
  ready = true,
  onCancel,
  aside,
  error = null,
  quiet = false,
  className = '',
  children,
}: FormProps): ReactElement {
  return (
    <form
      noValidate
      className={`flex flex-col gap-4 ${className}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && submit !== null) act.mutate()
      }}
    >
      {children}
      <ErrorNote error={act.error ?? error} />
      <div className="flex flex-wrap gap-2">
        {submit === null ? null : (
          <Button look={quiet ? 'plain' : 'primary'} type="submit" busy={act.isPending} disabled={!ready}>
            {submit}
          </Button>
        )}
        {onCancel === undefined ? null : <Button onClick={onCancel}>Cancel</Button>}
        {aside}
      </div>
    </form>
  )
}

interface FormPanelProps extends Omit<FormProps, 'onCancel' | 'className' | 'submit'> {
  readonly title: string
  /** What the button says, where it is not the title. */
  readonly submit?: string
  readonly onClose: () => void
}

/** The panel in which something new is described. */
export function FormPanel({ title, submit = title, onClose, ...form }: FormPanelProps): ReactElement {
  return (
    <DetailPanel title={title} onClose={onClose}>
      <Form submit={submit} onCancel={onClose} className="px-4 py-4" {...form} />
    </DetailPanel>
  )
}
