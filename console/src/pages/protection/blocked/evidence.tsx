import type { ReactElement } from 'react'
import type { EvidenceStep } from '../../../api/types.ts'
import { decodingWords } from '../../../lib/protection-words.ts'
import { VisibleBlock } from '../../../ui/visible-text.tsx'

interface EvidenceProps {
  readonly steps: readonly EvidenceStep[]
  /** What was found: marked wherever it stands. */
  readonly evidence: string
}

const titles = { arrived: () => 'The value', decoded: decodingWords, found: () => 'Found' } as const

/** From what came over the wire to what was found in it, step by step; all of it is text of the client, and shown as nothing else. */
export function Evidence({ steps, evidence }: EvidenceProps): ReactElement {
  // What came is not kept of every finding; then there is nothing to show of it.
  const known = steps.filter(({ step, text }) => step !== 'arrived' || text !== null)
  return (
    <ol className="flex flex-col gap-3">
      {known.map(({ step, by, text, says }, index) => (
        <li key={`${index} ${by}`} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
          <span
            aria-hidden="true"
            className="mt-0.5 flex size-4 items-center justify-center rounded-full border border-line-strong text-[0.625rem] leading-none text-muted"
          >
            {index + 1}
          </span>
          <div className="flex min-w-0 flex-col gap-1">
            <p>
              <span className="font-medium">{titles[step](by)}</span>{' '}
              <span className="break-words text-muted">{says}</span>
            </p>
            {text === null ? (
              step === 'found' ? (
                <p className="text-xs text-muted italic">Not shown: its name says that it is a secret.</p>
              ) : null
            ) : (
              <VisibleBlock label={titles[step](by)} text={text} mark={evidence} />
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}
