import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Application } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { PoliciesView } from './policies-view.tsx'
import { SchemaEditor } from './schema-editor.tsx'
import { TryDecision } from './try-decision.tsx'

const here = '/permissions/policies/{-$app}/{-$name}'
const route = getRouteApi(here)

export function PoliciesPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <ApplicationPolicies application={application} />}
    </ForApplication>
  )
}

function ApplicationPolicies({ application }: { application: Application }): ReactElement {
  const { name } = route.useParams()
  const { view, try: trying } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay(application.id)
  const schema = useQuery({
    queryKey: ['schema', application.id],
    queryFn: async () => await api.schema(application.id),
  })
  const keep = trying === undefined ? {} : { try: trying }

  return (
    <PermissionsPage
      here={here}
      application={application}
      actions={
        <>
          {may('evaluate') ? (
            <Button
              aria-expanded={trying !== undefined}
              onClick={() =>
                void navigate({
                  params: true,
                  search: { ...(view === undefined ? {} : { view }), ...(trying === undefined ? { try: 'open' } : {}) },
                })
              }
            >
              Try a decision
            </Button>
          ) : null}
          {may('writePolicy') ? (
            <Button
              look="primary"
              icon="plus"
              onClick={() => void navigate({ params: { app: application.id, name: '+' }, search: keep })}
            >
              Add policy
            </Button>
          ) : null}
        </>
      }
      panel={
        trying === undefined ? null : (
          <TryDecision
            key={application.id}
            application={application.id}
            onClose={() => void navigate({ params: true, search: view === undefined ? {} : { view } })}
          />
        )
      }
    >
      <Tabs
        inner
        label="Policies or schema"
        value={view === 'schema' ? 'schema' : 'policies'}
        onChange={(next) =>
          void navigate({ params: true, search: { ...keep, ...(next === 'schema' ? { view: next } : {}) } })
        }
        items={[
          {
            value: 'policies',
            label: 'Policies',
            content: <PoliciesView key={application.id} application={application} name={name} />,
          },
          {
            value: 'schema',
            label: 'Schema',
            content: (
              <Answer query={schema}>
                {(found) => (
                  <SchemaEditor
                    key={application.id}
                    application={application.id}
                    builtin={application.builtin}
                    schema={found}
                  />
                )}
              </Answer>
            ),
          },
        ]}
      />
    </PermissionsPage>
  )
}
