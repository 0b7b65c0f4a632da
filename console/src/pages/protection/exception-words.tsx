import type { ReactElement } from 'react'
import type { ProposedException } from '../../api/types.ts'
import { detectors, placeWords } from '../../lib/protection-words.ts'
import { VisibleText } from '../../ui/visible-text.tsx'

const readers = new Map(detectors)

/** What an exception lets pass, in a sentence; its names come from a client and are shown as such. */
export function ExceptionWords({ exception }: { exception: ProposedException }): ReactElement {
  const { operation, place = '', name = '', by = '', rule, variable = '' } = exception
  const kind = exception.class
  if (rule !== undefined) {
    return (
      <>
        In requests to <VisibleText text={operation} className="font-semibold" />, rule{' '}
        <code className="font-mono text-xs">{rule}</code> does not look at{' '}
        <VisibleText text={variable} className="font-semibold" />.
      </>
    )
  }
  const reader = readers.get(by)
  return (
    <>
      In requests to <VisibleText text={operation} className="font-semibold" />, the{' '}
      {name === '' ? (
        `${placeWords[place] ?? place} as a whole`
      ) : (
        <>
          {place === 'body' ? 'field' : (placeWords[place] ?? place)}{' '}
          <VisibleText text={name} className="font-semibold" />
          {place === 'body' ? ' of the body' : ''}
        </>
      )}{' '}
      may hold{' '}
      {reader === undefined ? (
        <>
          what <code className="font-mono text-xs">{by}</code> objects to
        </>
      ) : (
        <>what reads as {reader}</>
      )}
      {kind === undefined || kind === '' ? '' : ` (${kind})`}.
    </>
  )
}
