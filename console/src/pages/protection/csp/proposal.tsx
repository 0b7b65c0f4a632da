import type { ReactElement, ReactNode } from 'react'
import type { CspProposal } from '../../../api/types.ts'
import { count } from '../../../lib/words.ts'
import { Box, BoxBody } from '../../../ui/box.tsx'
import { CopyLine } from '../../../ui/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'

/** What would be allowed besides, and what never is, with what to do instead. */
export function Proposal({ proposal, often }: { proposal: CspProposal; often: ReactNode }): ReactElement {
  const { added, advice, policy } = proposal
  return (
    <Box title="What the policy needs" aside={<div className="py-1">{often}</div>}>
      <BoxBody>
        {added.length === 0 ? (
          <p className="text-muted">No origin has to be added for what was reported so often.</p>
        ) : (
          <>
            <Notice>
              Look at each origin: anybody can send reports, and may have invented one. Take over only what your own
              pages load.
            </Notice>
            <ul aria-label="Would be added" className="flex flex-col gap-1">
              {added.map(({ directive, source, count: times, pages }) => (
                <li key={`${directive} ${source}`} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2">
                  <Icon name="plus" className="mt-0.5 text-accent" />
                  <p className="min-w-0 break-words">
                    <code className="font-mono text-xs">{directive}</code>{' '}
                    <VisibleText text={source} className="font-semibold" />{' '}
                    <span className="text-muted">
                      {count(times, 'report')} on <VisibleText text={pages.join(', ')} />
                    </span>
                  </p>
                </li>
              ))}
            </ul>
          </>
        )}
        {advice.length === 0 ? null : (
          <ul aria-label="Never added" className="flex flex-col gap-1">
            {advice.map(({ directive, blocked, count: times, pages, advice: says }) => (
              <li key={`${directive} ${blocked}`} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2">
                <Icon name="warning" className="mt-0.5 text-warn" />
                <p className="min-w-0 break-words">
                  <code className="font-mono text-xs">{directive}</code> <VisibleText text={blocked} />{' '}
                  <span className="text-muted">
                    {count(times, 'report')} on <VisibleText text={pages.join(', ')} />.
                  </span>{' '}
                  <Advice text={says} />
                </p>
              </li>
            ))}
          </ul>
        )}
        <details>
          <summary className="cursor-pointer text-xs text-muted">The whole policy that is proposed</summary>
          <div className="pt-2">
            <CopyLine text={policy.replaceAll('; ', ';\n')} />
          </div>
        </details>
      </BoxBody>
    </Box>
  )
}

/** A sentence in which names of settings stand between backticks. */
function Advice({ text }: { text: string }): ReactElement {
  return (
    <>
      {text.split('`').map((part, index) =>
        index % 2 === 1 ? (
          <code key={part} className="font-mono text-xs">
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  )
}
