import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import type { Uid } from '../../api/types.ts'
import { uidText } from '../../lib/uid.ts'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { JsonTree } from '../../ui/json-tree.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Subject } from '../../ui/subject.tsx'
import { ChangeList } from '../permissions/change-list.tsx'

interface EntityPanelProps {
  readonly application: string
  readonly uid: Uid
  readonly onClose: () => void
}

export function EntityPanel({ application, uid, onClose }: EntityPanelProps): ReactElement {
  const found = useQuery({
    queryKey: ['access', application, 'entity', uidText(uid)],
    queryFn: async ({ signal }) => await access.entities(application, { uid: uidText(uid) }, signal),
  })
  const history = useQuery({
    queryKey: ['access', application, 'history', 'resource', uidText(uid)],
    queryFn: async ({ signal }) => await access.history(application, { resource: uidText(uid), limit: 30 }, signal),
  })
  return (
    <DetailPanel title={uid.id} subtitle={uid.type} onClose={onClose}>
      <Answer query={found}>
        {({ items: [entity] }) =>
          entity === undefined ? (
            <p className="p-4 text-muted">It is not stored any more.</p>
          ) : (
            <>
              <PanelBody>
                <Facts
                  items={[
                    ['Id', <CopyId key="id" id={uidText(uid)} />],
                    [
                      'In',
                      entity.parents.length === 0 ? (
                        <span className="text-muted">nothing</span>
                      ) : (
                        <ul>
                          {entity.parents.map((parent) => (
                            <li key={uidText(parent)}>
                              <Subject uid={parent} />
                            </li>
                          ))}
                        </ul>
                      ),
                    ],
                  ]}
                />
                <p>
                  <Link
                    to="/permissions/who-can/{-$app}"
                    params={{ app: application }}
                    search={{ type: uid.type, id: uid.id }}
                    className="text-accent hover:underline"
                  >
                    Who can do something with it
                  </Link>
                </p>
              </PanelBody>
              <Section title="Attributes">
                <JsonTree value={entity.attrs} />
              </Section>
              {Object.keys(entity.tags).length === 0 ? null : (
                <Section title="Tags">
                  <JsonTree value={entity.tags} />
                </Section>
              )}
            </>
          )
        }
      </Answer>
      <Section title="What changed">
        <Answer query={history}>{({ items }) => <ChangeList changes={items} />}</Answer>
      </Section>
    </DetailPanel>
  )
}
