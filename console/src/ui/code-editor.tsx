import { type ReactElement, type Ref, useMemo } from 'react'
import type { Finding } from '../api/types.ts'
import { segmentsOf, type TokenKind } from '../lib/cedar-text.ts'

const looks: Readonly<Record<TokenKind, string>> = {
  word: 'text-code-word',
  string: 'text-code-text',
  comment: 'text-muted italic',
  plain: '',
}

interface CodeEditorProps {
  readonly label: string
  readonly value: string
  readonly onChange?: (value: string) => void
  readonly findings?: readonly Finding[]
  readonly inputRef?: Ref<HTMLTextAreaElement>
  readonly describedBy?: string
}

/**
 * A textarea for Cedar with line numbers: the same text lies under it, coloured, with findings underlined where they are. Tab leaves the
 * field, as everywhere. Without `onChange` it only shows.
 */
export function CodeEditor({
  label,
  value,
  onChange,
  findings = [],
  inputRef,
  describedBy,
}: CodeEditorProps): ReactElement {
  const segments = useMemo(() => segmentsOf(value, findings), [value, findings])
  const lines = value.split('\n')
  const worst = new Map<number, Finding['severity']>()
  for (const { start, severity } of findings) {
    if (start !== null && worst.get(start.line) !== 'error') worst.set(start.line, severity)
  }
  return (
    <div className="grid min-h-40 grid-cols-[auto_1fr] overflow-auto rounded-md border border-line-strong bg-surface has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-1 has-[textarea:focus-visible]:outline-accent">
      <ol
        aria-hidden="true"
        className="sticky left-0 z-[1] border-r border-line bg-sunken py-2 pr-2 pl-1 text-right font-mono text-xs leading-5 text-muted select-none"
      >
        {lines.map((_, index) => {
          const severity = worst.get(index + 1)
          return (
            <li
              key={`line ${String(index)}`}
              className={
                severity === undefined ? '' : severity === 'error' ? 'font-bold text-bad' : 'font-bold text-warn'
              }
            >
              <span className="mr-1 inline-block w-2">
                {severity === undefined ? '' : severity === 'error' ? '×' : '!'}
              </span>
              {index + 1}
            </li>
          )
        })}
      </ol>
      <div className="grid min-w-0">
        <pre aria-hidden="true" className="code-layer pointer-events-none">
          {segments.map((segment, index) => {
            const key = `${String(index)} ${segment.text}`
            const look = looks[segment.kind]
            if (segment.mark === null)
              return look === '' ? (
                segment.text
              ) : (
                <span key={key} className={look}>
                  {segment.text}
                </span>
              )
            return (
              <mark
                key={key}
                className={`code-mark ${look} ${segment.mark === 'error' ? 'decoration-bad' : 'decoration-warn'}`}
              >
                {segment.text}
              </mark>
            )
          })}
          {'\n'}
        </pre>
        <textarea
          ref={inputRef}
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={findings.some(({ severity }) => severity === 'error')}
          readOnly={onChange === undefined}
          value={value}
          onChange={(event) => onChange?.(event.target.value)}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          className="code-layer"
        />
      </div>
    </div>
  )
}
