import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { keys } from '../../api/keys.ts'
import type { Key } from '../../api/types.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'
import { DestroyKey } from './destroy-key.tsx'
import { KeyState } from './key-state.tsx'

export function KeyPanel({ item, onClose }: { item: Key; onClose: () => void }): ReactElement {
  const { id, purpose, subject, version, state, used, keyEncryptionKey } = item
  return (
    <DetailPanel
      title={
        <>
          <span className="font-mono">{purpose}</span> version {version}
        </>
      }
      subtitle={<KeyState state={state} />}
      onClose={onClose}
    >
      <PanelBody>
        <Facts
          items={[
            ['Id', <CopyId key="id" id={id} />],
            ['Whose', subject === null ? 'shared' : <CopyId key="subject" id={subject} />],
            ['Values encrypted', `${used.toLocaleString('en-GB')} at most`],
            ['Wrapped by', keyEncryptionKey === null ? 'nothing' : `wrapping key ${keyEncryptionKey}`],
            ['Made', <RelativeTime key="made" at={item.createdAt} />],
            ['Replaced', <RelativeTime key="retired" at={item.retiredAt} never="no" />],
            ['Destroyed', <RelativeTime key="destroyed" at={item.destroyedAt} never="no" />],
          ]}
        />
      </PanelBody>
      {state === 'current' ? (
        <Section title="Replace">
          <Replace item={item} />
        </Section>
      ) : null}
      {state === 'retired' ? (
        <Section title="Destroy">
          <DestroyKey item={item} />
        </Section>
      ) : null}
      {subject?.startsWith('Person/') === true && state !== 'destroyed' ? (
        <Section title="Erase the person">
          <p className="text-muted">
            All keys of a person are destroyed when they are erased from the log.{' '}
            <Link
              to="/ledger/erase/{-$id}"
              params={{ id: subject.slice('Person/'.length) }}
              className="text-accent underline"
            >
              What that would hit
            </Link>
          </p>
        </Section>
      ) : null}
    </DetailPanel>
  )
}

function Replace({ item: { purpose, subject, version } }: { item: Key }): ReactElement {
  const rotate = useAct(async () => await keys.rotate({ purpose, ...(subject === null ? {} : { subject }) }), {
    done: (key) => `${key.purpose} has version ${key.version} now`,
    refresh: [['keys']],
  })
  if (purpose.endsWith('/index')) {
    return <p className="text-muted">It makes blind indexes and is never replaced: nothing would be found any more.</p>
  }
  return (
    <div className="flex flex-col gap-2">
      <ConfirmInline
        safe
        label="Make the next version"
        busy={rotate.isPending}
        consequence={`What is written from now on is encrypted with version ${version + 1}. This one still opens what it closed: nothing is lost.`}
        confirm="Make the next version"
        onConfirm={() => rotate.mutate()}
      />
      <ErrorNote error={rotate.error} />
    </div>
  )
}
