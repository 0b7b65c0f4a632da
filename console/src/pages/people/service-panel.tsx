import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/index.ts'
import type { CreatedKey, Service } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { TextButton } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GroupsSection } from './groups-section.tsx'
import { KeyOnce } from './key-once.tsx'

interface ServicePanelProps {
  readonly service: Service
  readonly onClose: () => void
}

export function ServicePanel({ service, onClose }: ServicePanelProps): ReactElement {
  return (
    <DetailPanel title={service.name} subtitle="Service" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['Id', <CopyId key="id" id={service.id} />],
            ['Application', service.application ?? 'none'],
            ['Last used', <RelativeTime key="used" at={service.lastUsedAt} />],
            ['Added', <RelativeTime key="added" at={service.createdAt} />],
          ]}
        />
      </PanelBody>
      <Keys service={service} />
      <ServiceGroups service={service} />
      <DeleteService service={service} onDeleted={onClose} />
    </DetailPanel>
  )
}

function Keys({ service }: { service: Service }): ReactElement {
  const [created, setCreated] = useState<CreatedKey | null>(null)
  const queries = useQueryClient()
  const toast = useToast()
  const refresh = async () => await queries.invalidateQueries({ queryKey: ['services'] })
  const create = useMutation({
    mutationFn: async () => await api.createKey(service.id),
    onSuccess: async (key) => {
      setCreated(key)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: async (key: string) => await api.deleteKey(service.id, key),
    onSuccess: async () => {
      toast(`Key of ${service.name} revoked`)
      await refresh()
    },
  })
  return (
    <Section
      title="Keys"
      aside={
        <TextButton disabled={create.isPending} onClick={() => create.mutate()}>
          New key
        </TextButton>
      }
    >
      <div className="flex flex-col gap-2">
        {created === null ? null : <KeyOnce created={created} application={service.application} />}
        <ErrorNote error={create.error ?? remove.error} />
        {service.keys.length === 0 ? <p className="text-muted">No key: this service cannot call anything.</p> : null}
        <ul className="flex flex-col">
          {service.keys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5">
              <div>
                <code className="font-mono text-xs">{key.prefix}…</code>
                <p className="text-xs text-muted">
                  made <RelativeTime at={key.createdAt} />, used <RelativeTime at={key.lastUsedAt} />
                </p>
              </div>
              <ConfirmInline
                label="Revoke"
                busy={remove.isPending}
                consequence={`Whatever runs as ${service.name} with the key ${key.prefix}… is refused from now on. This cannot be undone.`}
                confirm="Revoke key"
                onConfirm={() => remove.mutate(key.id)}
              />
            </li>
          ))}
        </ul>
      </div>
    </Section>
  )
}

function ServiceGroups({ service }: { service: Service }): ReactElement {
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <GroupsSection
      title="Groups"
      groups={service.groups}
      none="In no group: only policies for every service apply."
      save={async (groups) => {
        await api.changeService(service.id, { groups })
        toast(`Groups of ${service.name} saved`)
        await queries.invalidateQueries({ queryKey: ['services'] })
      }}
    />
  )
}

function DeleteService({ service, onDeleted }: { service: Service; onDeleted: () => void }): ReactElement {
  const remove = useAct(async () => await api.deleteService(service.id), {
    done: () => `Service ${service.name} deleted`,
    refresh: [['services']],
    leave: onDeleted,
  })
  return (
    <Section title="Delete">
      <ConfirmInline
        label="Delete service"
        busy={remove.isPending}
        consequence={`${service.name} and its ${count(service.keys.length, 'key')} end now; what runs with them is refused. This cannot be undone.`}
        confirm={`Delete ${service.name}`}
        onConfirm={() => remove.mutate()}
      />
      <div className="mt-2 empty:hidden">
        <ErrorNote error={remove.error} />
      </div>
    </Section>
  )
}
