import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Application } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { CreatePolicy } from './create-policy.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { PolicyList } from './policy-list.tsx'

const route = getRouteApi('/permissions/policies/{-$app}/{-$name}')

/** The list of policies and, beside it (in a narrow window in its place), the one that is open. */
export function PoliciesView({
  application,
  name,
}: {
  application: Application
  name: string | undefined
}): ReactElement {
  const navigate = route.useNavigate()
  const policies = useQuery({
    queryKey: ['policies', application.id],
    queryFn: async () => await api.policies(application.id),
  })
  const open = (next: string | undefined) =>
    void navigate({ params: { app: application.id, name: next }, search: true })
  return (
    <Answer query={policies}>
      {({ items }) => {
        const policy = items.find((each) => each.name === name)
        return (
          <div className="@container flex min-h-0 flex-1 border-t border-line">
            <div
              className={`w-full @2xl:block @2xl:w-60 @2xl:shrink-0 @2xl:overflow-y-auto @2xl:border-r @2xl:border-line ${name === undefined ? 'block' : 'hidden'}`}
            >
              {items.length === 0 ? (
                <p className="p-4 text-muted">No policies: everything is refused.</p>
              ) : (
                <PolicyList application={application.id} policies={items} />
              )}
            </div>
            <div
              className={`min-w-0 flex-1 @2xl:block @2xl:overflow-y-auto ${name === undefined ? 'hidden' : 'block'}`}
            >
              {name === undefined ? null : (
                <div className="px-4 pt-3 @2xl:hidden">
                  <Button onClick={() => open(undefined)}>All policies</Button>
                </div>
              )}
              {name === '+' ? (
                <CreatePolicy application={application.id} onCancel={() => open(undefined)} onCreated={open} />
              ) : policy !== undefined ? (
                <PolicyEditor
                  key={policy.name}
                  application={application.id}
                  policy={policy}
                  onDeleted={() => open(undefined)}
                />
              ) : name !== undefined ? (
                <p className="p-4 text-muted">There is no policy of that name.</p>
              ) : (
                <EmptyState title={items.length === 0 ? 'Nothing is permitted yet' : 'Choose a policy'}>
                  {items.length === 0
                    ? 'Without a policy every request is refused. Add one that permits what should be possible.'
                    : 'A request is allowed when a policy permits it and none forbids it.'}
                </EmptyState>
              )}
            </div>
          </div>
        )
      }}
    </Answer>
  )
}
