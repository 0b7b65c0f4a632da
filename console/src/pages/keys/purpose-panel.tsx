import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { keys } from '../../api/keys.ts'
import type { KeyPurposes } from '../../api/types.ts'
import { share } from '../../lib/usage.ts'
import { count } from '../../lib/words.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'

interface PurposePanelProps {
  readonly purpose: KeyPurposes['items'][number]
  readonly limits: Pick<KeyPurposes, 'limit' | 'days'>
  readonly onClose: () => void
}

export function PurposePanel({ purpose, limits, onClose }: PurposePanelProps): ReactElement {
  const { shared, subjects, mostUsed, retired, destroyed, indexes } = purpose
  const rotate = useAct(async () => await keys.rotate({ purpose: purpose.purpose }), {
    done: (key) => `${key.purpose} has version ${key.version} now`,
    refresh: [['keys']],
  })
  return (
    <DetailPanel title={<span className="font-mono">{purpose.purpose}</span>} subtitle="Data keys" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            [
              'Shared key',
              shared === null ? (
                'none'
              ) : (
                <span key="shared">
                  {`version ${shared.version}, since `}
                  <RelativeTime at={shared.createdAt} />
                  <span className="block">
                    <CopyId id={shared.id} short />
                  </span>
                </span>
              ),
            ],
            ['Keys of persons', count(subjects, 'person', 'people')],
            [
              'Most used',
              indexes
                ? 'encrypts nothing'
                : `${mostUsed.toLocaleString('en-GB')} of ${limits.limit.toLocaleString('en-GB')} values (${share(mostUsed, limits.limit)})`,
            ],
            ['Old versions', retired.toLocaleString('en-GB')],
            ['Destroyed', destroyed.toLocaleString('en-GB')],
          ]}
        />
        <p>
          <Link
            to="/keys/versions/{-$id}"
            params={{ id: undefined }}
            search={{ purpose: purpose.purpose }}
            className="text-accent hover:underline"
          >
            Each version of them
          </Link>
        </p>
      </PanelBody>
      <Section title="Replace">
        {indexes ? (
          <p className="text-muted">
            It makes blind indexes: with another key nothing that was indexed would be found. It encrypts nothing, so no
            limit applies to it.
          </p>
        ) : (
          <div className="flex flex-col gap-2">
            <ConfirmInline
              safe
              label="Make the next version"
              disabled={shared === null}
              busy={rotate.isPending}
              consequence={`What is written for ${purpose.purpose} from now on is encrypted with version ${(shared?.version ?? 0) + 1}. Version ${shared?.version ?? 0} still opens what it closed: nothing is lost, and nothing is encrypted anew.`}
              confirm="Make the next version"
              onConfirm={() => rotate.mutate()}
            />
            <ErrorNote error={rotate.error} />
          </div>
        )}
      </Section>
    </DetailPanel>
  )
}
