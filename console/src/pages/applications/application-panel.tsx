import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/index.ts'
import type { Application } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { buttonClass, TextButton } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { EdgeList } from './edge-list.tsx'
import { SignInClients } from './sign-in-clients.tsx'
import { EffectCheck } from './effect-check.tsx'
import { EditApplication } from './edit-application.tsx'

interface ApplicationPanelProps {
  readonly application: Application
  readonly onClose: () => void
}

export function ApplicationPanel({ application, onClose }: ApplicationPanelProps): ReactElement {
  const [editing, setEditing] = useState(false)
  return (
    <DetailPanel
      title={application.name}
      subtitle={application.builtin ? 'Application, built in' : 'Application'}
      onClose={onClose}
    >
      <PanelBody>
        <Facts
          items={[
            ['Id', <CopyId key="id" id={application.id} />],
            [
              'Epoch',
              <span key="epoch" className="tabular-nums">
                {application.epoch}
              </span>,
            ],
            ['Policies', count(application.policies, 'policy', 'policies')],
            ['Added', <RelativeTime key="added" at={application.createdAt} />],
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <Link
            to="/permissions/policies/{-$app}/{-$name}"
            params={{ app: application.id, name: undefined }}
            className={buttonClass('primary')}
          >
            Policies
          </Link>
          {application.builtin ? null : (
            <Link to="/protection/traffic/{-$app}" params={{ app: application.id }} className={buttonClass()}>
              Protection
            </Link>
          )}
          <Link
            to="/events/{-$id}"
            params={{ id: undefined }}
            search={{ application: application.id }}
            className={buttonClass()}
          >
            Events
          </Link>
        </div>
      </PanelBody>
      <Section
        title="Gateway"
        aside={application.builtin || editing ? null : <TextButton onClick={() => setEditing(true)}>Edit</TextButton>}
      >
        {editing ? (
          <EditApplication application={application} onDone={() => setEditing(false)} />
        ) : application.builtin ? (
          <p className="text-muted">Served by the control plane itself, at {location.origin}.</p>
        ) : (
          <Facts
            items={[
              ['Hosts', <Lines key="hosts" items={application.hosts} none="no host: not behind the gateway" />],
              ['Upstreams', <Lines key="upstreams" items={application.upstreams} none="none" />],
              [
                'Public paths',
                <Lines key="paths" items={application.publicPaths} none="none: every path needs a session" />,
              ],
            ]}
          />
        )}
      </Section>
      <Section
        title="Sign-in"
        aside={
          <Link
            to="/applications/$app/clients/{-$id}"
            params={{ app: application.id, id: undefined }}
            className="text-xs text-accent hover:underline"
          >
            Clients, resources, limits
          </Link>
        }
      >
        <SignInClients application={application.id} />
      </Section>
      <Section title="Edges">
        <EdgeList application={application} />
        {application.builtin ? null : <EffectCheck application={application.id} />}
      </Section>
      <SchemaSection application={application.id} />
    </DetailPanel>
  )
}

function Lines({ items, none }: { items: readonly string[]; none: string }): ReactElement {
  if (items.length === 0) return <span className="text-muted">{none}</span>
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>
          <CopyId id={item} />
        </li>
      ))}
    </ul>
  )
}

function SchemaSection({ application }: { application: string }): ReactElement {
  const schema = useQuery({ queryKey: ['schema', application], queryFn: async () => await api.schema(application) })
  return (
    <Section
      title="Schema"
      aside={
        <Link
          to="/permissions/policies/{-$app}/{-$name}"
          params={{ app: application, name: undefined }}
          search={{ view: 'schema' }}
          className="text-xs text-accent hover:underline"
        >
          Open in the editor
        </Link>
      }
    >
      <Answer query={schema}>
        {({ text, version, updatedAt }) => (
          <>
            <p className="mb-2 text-xs text-muted">
              Version {version}, <RelativeTime at={updatedAt} />
            </p>
            <pre
              tabIndex={0}
              aria-label="Schema"
              className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-4"
            >
              {text}
            </pre>
          </>
        )}
      </Answer>
    </Section>
  )
}
