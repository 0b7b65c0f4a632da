import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { clients } from '../../api/identity.ts'
import type { Resource } from '../../api/types.ts'
import { resourcesOf, resourcesText } from '../../lib/resource-text.ts'
import { Button, TextButton } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, TextArea } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'
import { ApplicationSignIn } from './frame.tsx'

const route = getRouteApi('/applications/$app/resources')

/** What an application offers to be asked tokens for: resource indicators (RFC 8707), each with its scopes. */
export function ResourcesPage(): ReactElement {
  const { app } = route.useParams()
  const may = useMay(app)('changeResources')
  const [editing, setEditing] = useState(false)
  const resources = useQuery({ queryKey: ['resources', app], queryFn: async () => await clients.resources(app) })
  return (
    <ApplicationSignIn
      app={app}
      actions={may && !editing ? <Button onClick={() => setEditing(true)}>Edit</Button> : undefined}
    >
      <Answer query={resources}>
        {({ items }) =>
          editing ? (
            <EditResources app={app} items={items} onDone={() => setEditing(false)} />
          ) : items.length === 0 ? (
            <EmptyState title="No resources of its own">
              <p>
                Tokens of its clients are for <code className="font-mono text-xs">urn:holdfast:application:{app}</code>.
                Declare an API here when tokens shall be asked for it by its own name, with scopes.
              </p>
              {may ? <TextButton onClick={() => setEditing(true)}>Declare one</TextButton> : null}
            </EmptyState>
          ) : (
            <div className="flex max-w-3xl flex-col gap-4 p-4">
              {items.map((resource) => (
                <ResourceBox key={resource.identifier} resource={resource} />
              ))}
            </div>
          )
        }
      </Answer>
    </ApplicationSignIn>
  )
}

function ResourceBox({ resource }: { resource: Resource }): ReactElement {
  return (
    <section
      aria-label={resource.identifier}
      className="min-w-0 overflow-hidden rounded-md border border-line bg-surface"
    >
      <h2 className="border-b border-line px-4 py-2.5">
        <CopyId id={resource.identifier} />
      </h2>
      {resource.scopes.length === 0 ? (
        <p className="p-4 text-muted">No scopes: whoever gets a token for it may do what its policies permit.</p>
      ) : (
        <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 p-4">
          {resource.scopes.map((scope) => (
            <div key={scope.name} className="contents">
              <dt>
                <code className="font-mono text-xs">{scope.name}</code>
              </dt>
              <dd className="text-muted">{scope.description}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

interface EditResourcesProps {
  readonly app: string
  readonly items: readonly Resource[]
  readonly onDone: () => void
}

function EditResources({ app, items, onDone }: EditResourcesProps): ReactElement {
  const [text, setText] = useState(() => resourcesText(items))
  const save = useAct(async () => await clients.saveResources(app, resourcesOf(text)), {
    done: () => 'Resources saved',
    refresh: [['resources', app]],
    after: onDone,
  })
  return (
    <Form act={save} submit="Save" onCancel={onDone} className="max-w-3xl p-4">
      <Field
        label="Resources"
        hint="A resource begins its line; under it, indented, its scopes, each with what a person reads of it at the consent."
      >
        <TextArea
          rows={12}
          value={text}
          onChange={setText}
          autoFocus
          className="font-mono text-xs"
          placeholder={'https://api.example.com\n  orders:read  See your orders\n  orders:write  Place orders for you'}
        />
      </Field>
    </Form>
  )
}
