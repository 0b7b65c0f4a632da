import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { mailboxQuery } from '../../api/identity-queries.ts'
import type { Letter } from '../../api/types.ts'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Loading } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'

interface LetterPanelProps {
  readonly id: string
  readonly to: string
  readonly onClose: () => void
}

/** One letter of the development mailbox: its text, as whoever reads it would, with the links that can be followed. */
export function LetterPanel({ id, to, onClose }: LetterPanelProps): ReactElement {
  const letters = useQuery(mailboxQuery(to))
  const letter = letters.data?.items.find((each) => each.id === id)
  if (letter === undefined) {
    return (
      <DetailPanel title="Letter" onClose={onClose}>
        {letters.isPending ? <Loading /> : <p className="p-4 text-muted">This letter is not there any more.</p>}
      </DetailPanel>
    )
  }
  return (
    <DetailPanel title={letter.subject} subtitle={letter.to} onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['Letter', letter.template],
            ['Written', <RelativeTime key="at" at={letter.createdAt} />],
          ]}
        />
        <div className="rounded-md border border-line bg-canvas p-4 leading-6 wrap-anywhere whitespace-pre-wrap">
          <LetterText letter={letter} />
        </div>
      </PanelBody>
      {letter.links.length === 0 ? null : (
        <Section title="Links in it">
          <ul className="flex flex-col gap-1">
            {letter.links.map((link) => (
              <li key={link}>
                <CopyId id={link} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </DetailPanel>
  )
}

/** Only the links that the server names (those that lead to itself) can be followed. */
function LetterText({ letter }: { letter: Letter }): ReactElement {
  return (
    <>
      {letter.text.split(/(\s+)/u).map((word, index) =>
        letter.links.includes(word) ? (
          <a key={index} href={word} className="text-accent underline">
            {word}
          </a>
        ) : (
          word
        ),
      )}
    </>
  )
}
