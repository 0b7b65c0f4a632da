import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { applicationsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'
import { GroupPicker } from './group-picker.tsx'
import { KeyOnce } from './key-once.tsx'

interface CreateServiceProps {
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

const NONE = ''

export function CreateService({ onClose, onOpen }: CreateServiceProps): ReactElement {
  const [name, setName] = useState('')
  const [application, setApplication] = useState(NONE)
  const [groups, setGroups] = useState<readonly string[]>([])
  const applications = useQuery(applicationsQuery)
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: async () => await api.createService({ name, groups, ...(application === NONE ? {} : { application }) }),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['services'] }),
  })

  if (create.data !== undefined) {
    const { service } = create.data
    return (
      <DetailPanel title={service.name} subtitle="Service added" onClose={onClose}>
        <PanelBody>
          <KeyOnce created={create.data} application={service.application} />
          <div>
            <Button onClick={() => onOpen(service.id)}>I have copied it</Button>
          </div>
        </PanelBody>
      </DetailPanel>
    )
  }
  return (
    <FormPanel title="Add service" act={create} ready={name !== ''} onClose={onClose}>
      <Field
        label="Name"
        error={fieldError(create.error, 'name')}
        hint="What runs with the key: shop-backend, nightly-report."
      >
        <Input value={name} onChange={setName} autoFocus required />
      </Field>
      <SelectField
        label="Application"
        value={application}
        onChange={setApplication}
        options={[
          { value: NONE, label: 'None: a caller of the API' },
          ...(applications.data?.items ?? [])
            .filter((each) => !each.builtin)
            .map((each) => ({ value: each.id, label: each.name })),
        ]}
        hint="A service of an application may fetch that application's policies and check its sessions."
      />
      <GroupPicker value={groups} onChange={setGroups} />
    </FormPanel>
  )
}
