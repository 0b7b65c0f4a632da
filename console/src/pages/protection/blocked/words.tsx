import type { ReactElement } from 'react'
import type { BlockedFinding, BlockedRequest } from '../../../api/types.ts'
import { kindWords, placeWords } from '../../../lib/protection-words.ts'
import { Status, type Tone } from '../../../ui/badge.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'

const modes: Readonly<Record<BlockedRequest['mode'], { readonly tone: Tone; readonly words: string }>> = {
  blocked: { tone: 'refused', words: 'Blocked' },
  refused: { tone: 'refused', words: 'Refused' },
  reported: { tone: 'warn', words: 'Let through' },
}

/** What became of the request. */
export function Fate({ mode }: { mode: BlockedRequest['mode'] }): ReactElement {
  return <Status tone={modes[mode].tone}>{modes[mode].words}</Status>
}

type Found = Pick<BlockedFinding, 'kind' | 'by' | 'class' | 'place' | 'name'>

/** "Attack by sql (tautology)". */
export function FoundBy({ kind, by, class: own }: Pick<Found, 'kind' | 'by' | 'class'>): ReactElement {
  return (
    <span className="break-words">
      {kindWords(kind)}: <code className="font-mono text-xs">{by}</code>
      {own === '' ? '' : ` (${own})`}
    </span>
  )
}

/** "body /text": names are the client's, too. */
export function Where({
  place,
  name,
  inName = false,
}: Pick<Found, 'place' | 'name'> & { inName?: boolean }): ReactElement {
  return (
    <span className="break-words">
      {inName ? 'a name in the ' : ''}
      {placeWords[place] ?? place}
      {name === '' ? null : (
        <>
          {' '}
          <VisibleText text={name} />
        </>
      )}
    </span>
  )
}
