import { type ReactElement, useMemo } from 'react'
import { around, stretchesOf } from '../lib/visible-text.ts'

interface VisibleTextProps {
  /** What a client sent: it is shown as text, and nothing in it can hide, or move what stands around it. */
  readonly text: string
  /** The part of it that matters, marked where it stands. */
  readonly mark?: string
  readonly className?: string
}

/** Text of somebody who is not trusted, every character of it to be seen. */
export function VisibleText({ text, mark = '', className = '' }: VisibleTextProps): ReactElement {
  const parts = useMemo(() => around(text, mark), [text, mark])
  return (
    <bdi dir="ltr" className={`font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap ${className}`}>
      {parts === null ? (
        <Stretches text={text} />
      ) : (
        <>
          <Stretches text={parts[0]} />
          <mark className="rounded-sm bg-bad-soft px-0.5 font-semibold text-bad outline outline-bad/40">
            <Stretches text={parts[1]} />
          </mark>
          <Stretches text={parts[2]} />
        </>
      )}
    </bdi>
  )
}

function Stretches({ text }: { text: string }): ReactElement[] {
  return stretchesOf(text).map(({ text: own, sign, name }, index) => {
    const key = `${index} ${sign ?? ''}`
    if (sign === null) return <bdi key={key}>{own}</bdi>
    return (
      <span
        key={key}
        title={`${sign}: ${name}`}
        className="mx-px rounded-sm border border-line-strong bg-sunken px-0.5 text-[0.6875rem] text-warn"
      >
        {sign}
      </span>
    )
  })
}

/** The same in a box of its own, for what may be long. */
export function VisibleBlock({ label, ...text }: VisibleTextProps & { readonly label: string }): ReactElement {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="max-h-48 overflow-auto rounded-md border border-line bg-sunken px-3 py-1.5"
    >
      <VisibleText {...text} />
    </div>
  )
}
