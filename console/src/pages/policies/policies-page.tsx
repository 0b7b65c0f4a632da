import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import { applicationsQuery } from '../../api/queries.ts'
import type { Application } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { PoliciesView } from './policies-view.tsx'
import { SchemaEditor } from './schema-editor.tsx'
import { TryDecision } from './try-decision.tsx'

const route = getRouteApi('/policies/{-$app}/{-$name}')

/** The policies of one application; without one in the address, of the first that is not built in. */
export function PoliciesPage(): ReactElement {
  const { app } = route.useParams()
  const applications = useQuery(applicationsQuery)
  return (
    <Answer query={applications}>
      {({ items }) => {
        const application = items.find(({ id }) => id === app)
        if (application !== undefined) return <ApplicationPolicies application={application} all={items} />
        const first = items.find(({ builtin }) => !builtin) ?? items[0]
        if (app === undefined && first !== undefined) {
          return (
            <Navigate
              from={route.id}
              to="/policies/{-$app}/{-$name}"
              params={{ app: first.id, name: undefined }}
              search={true}
              replace
            />
          )
        }
        return (
          <Page title="Policies">
            <EmptyState
              title={app === undefined ? 'No applications yet' : `No application is called "${app}"`}
              command="npx holdfast init express"
            >
              Policies belong to an application. Run this in the directory of a backend:
            </EmptyState>
          </Page>
        )
      }}
    </Answer>
  )
}

function ApplicationPolicies({
  application,
  all,
}: {
  application: Application
  all: readonly Application[]
}): ReactElement {
  const { name } = route.useParams()
  const { view, try: trying } = route.useSearch()
  const navigate = route.useNavigate()
  const schema = useQuery({
    queryKey: ['schema', application.id],
    queryFn: async () => await api.schema(application.id),
  })
  const keep = trying === undefined ? {} : { try: trying }

  return (
    <Page
      title="Policies"
      actions={
        <>
          <Select
            label="Application"
            showLabel
            value={application.id}
            onChange={(app) => void navigate({ params: { app, name: undefined }, search: keep })}
            options={all.map(({ id, name }) => ({ value: id, label: name }))}
          />
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
          <Button
            look="primary"
            icon="plus"
            onClick={() => void navigate({ params: { app: application.id, name: '+' }, search: keep })}
          >
            Add policy
          </Button>
        </>
      }
      panel={
        trying === undefined ? null : (
          <TryDecision
            key={application.id}
            application={application.id}
            schema={schema.data?.text ?? ''}
            onClose={() => void navigate({ params: true, search: view === undefined ? {} : { view } })}
          />
        )
      }
    >
      <Tabs
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
    </Page>
  )
}
