import { type ReactElement, useMemo, useRef } from 'react'
import { placeOf, readJson } from '../lib/json-places.ts'
import { Icon } from './icons.tsx'

/** What is wrong with a document, and at which JSON pointer. */
export interface JsonProblem {
  readonly at: string
  readonly message: string
  readonly severity: 'error' | 'warning'
}

interface JsonEditorProps {
  readonly label: string
  readonly value: string
  readonly onChange?: ((value: string) => void) | undefined
  readonly problems: readonly JsonProblem[]
}

interface Located {
  readonly line: number
  readonly at: string
  readonly message: string
  readonly severity: JsonProblem['severity']
}

/** JSON with line numbers; what is wrong is marked at its line, and listed below with a way there. */
export function JsonEditor({ label, value, onChange, problems }: JsonEditorProps): ReactElement {
  const input = useRef<HTMLTextAreaElement>(null)
  const read = useMemo(() => readJson(value), [value])
  const located: readonly Located[] = read.ok
    ? problems.map((problem) => ({ ...problem, line: placeOf(read.places, problem.at)?.line ?? 1 }))
    : [{ line: read.place.line, at: '', message: `Not JSON: ${read.message}`, severity: 'error' }]
  const lines = useMemo(() => value.split('\n'), [value])
  const marked = new Set(located.map(({ line }) => line))
  const width = String(lines.length).length
  const go = (line: number) => {
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
    const field = input.current
    if (field === null) return
    field.focus()
    field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
    const box = field.closest('[data-scroll]')
    if (box !== null) box.scrollTop = Math.max(0, (line - 4) * 20)
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div
        data-scroll=""
        className="grid max-h-128 min-h-40 grid-cols-[auto_1fr] overflow-auto rounded-md border border-line-strong bg-surface has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-1 has-[textarea:focus-visible]:outline-accent"
      >
        <pre
          aria-hidden="true"
          className="sticky left-0 z-[1] border-r border-line bg-sunken py-2 pr-2 pl-1 text-right font-mono text-xs leading-5 text-muted select-none"
        >
          {lines
            .map((_, index) => `${marked.has(index + 1) ? '×' : ' '}${String(index + 1).padStart(width)}`)
            .join('\n')}
        </pre>
        <div className="grid min-w-0">
          <pre aria-hidden="true" className="code-layer pointer-events-none">
            <MarkedLines lines={lines} marked={marked} />
          </pre>
          <textarea
            ref={input}
            aria-label={label}
            aria-invalid={located.some(({ severity }) => severity === 'error')}
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
      <Problems located={located} onGo={go} />
    </div>
  )
}

/** Lines between two marked ones are one piece of text, however many. */
function MarkedLines({ lines, marked }: { lines: readonly string[]; marked: ReadonlySet<number> }): ReactElement {
  const pieces: ReactElement[] = []
  let from = 0
  for (const line of [...marked].toSorted((a, b) => a - b)) {
    const text = lines[line - 1] ?? ''
    const indent = text.length - text.trimStart().length
    pieces.push(
      <span key={`to ${line}`}>{[...lines.slice(from, line - 1), text.slice(0, indent)].join('\n')}</span>,
      <mark key={line} className="code-mark decoration-bad">
        {text.slice(indent)}
      </mark>,
      <span key={`end ${line}`}>{'\n'}</span>,
    )
    from = line
  }
  return (
    <>
      {pieces}
      {`${lines.slice(from).join('\n')}\n`}
    </>
  )
}

const MOST = 50

function Problems({
  located,
  onGo,
}: {
  located: readonly Located[]
  onGo: (line: number) => void
}): ReactElement | null {
  if (located.length === 0) return null
  return (
    <ul aria-label="What is wrong" className="max-h-60 overflow-y-auto rounded-md border border-line bg-surface">
      {located.slice(0, MOST).map(({ line, at, message, severity }, index) => (
        <li key={`${index} ${at}`} className="border-b border-line last:border-b-0">
          <button
            type="button"
            onClick={() => onGo(line)}
            className="grid w-full grid-cols-[1rem_4rem_minmax(0,1fr)] gap-2 px-3 py-1.5 text-left hover:bg-sunken"
          >
            <Icon
              name={severity === 'error' ? 'cross' : 'warning'}
              className={`mt-0.5 ${severity === 'error' ? 'text-bad' : 'text-warn'}`}
            />
            <span className="font-mono text-xs leading-5">line {line}</span>
            <span className="min-w-0 break-words">
              <span className="sr-only">{`${severity}: `}</span>
              {message}
              {at === '' ? null : <code className="block font-mono text-xs break-all text-muted">{at}</code>}
            </span>
          </button>
        </li>
      ))}
      {located.length > MOST ? (
        <li className="px-3 py-1.5 text-xs text-muted">and {located.length - MOST} more</li>
      ) : null}
    </ul>
  )
}
