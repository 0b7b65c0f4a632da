import { type KeyboardEvent, type ReactElement, useId, useRef } from 'react'
import { offsetOf } from '../../lib/cedar-text.ts'
import { CodeEditor } from '../../ui/code-editor.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Findings } from './findings.tsx'
import { useValidation } from './use-validation.ts'

interface CedarFieldProps {
  readonly application: string
  readonly kind: 'policy' | 'schema'
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly onSave: () => void
}

/** The editor with its validator: findings in the text and listed below. Ctrl+S saves. */
export function CedarField({ application, kind, label, value, onChange, onSave }: CedarFieldProps): ReactElement {
  const input = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const { findings, valid, checking, error } = useValidation(application, kind, value)
  // Findings about a schema may lie in the policies under it, whose text is not this one.
  const here = kind === 'schema' ? findings.filter(({ policy }) => policy === null) : findings
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onSave()
  }
  return (
    <div className="flex min-w-0 flex-col gap-2" onKeyDown={onKeyDown}>
      <CodeEditor label={label} value={value} onChange={onChange} findings={here} inputRef={input} describedBy={id} />
      <Findings
        id={id}
        application={application}
        kind={kind}
        findings={findings}
        valid={valid}
        checking={checking}
        onGo={(start, end) => {
          input.current?.focus()
          input.current?.setSelectionRange(
            offsetOf(value, start.line, start.column),
            offsetOf(value, end.line, end.column),
          )
        }}
      />
      <ErrorNote error={error} />
    </div>
  )
}
