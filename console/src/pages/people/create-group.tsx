import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { slugOf } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useToast } from '../../ui/toast.tsx'
import { GroupPicker } from './group-picker.tsx'

interface CreateGroupProps {
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreateGroup({ onClose, onCreated }: CreateGroupProps): ReactElement {
  const [name, setName] = useState('')
  const [typedId, setTypedId] = useState<string | null>(null)
  const [parents, setParents] = useState<readonly string[]>([])
  const id = typedId ?? slugOf(name)
  const queries = useQueryClient()
  const toast = useToast()
  const create = useMutation({
    mutationFn: async () => await api.createGroup({ id, name, parents }),
    onSuccess: async (group) => {
      toast(`Group ${group.name} added`)
      await queries.invalidateQueries({ queryKey: ['groups'] })
      onCreated(group.id)
    },
  })
  return (
    <DetailPanel title="Add group" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <PanelBody>
          <Field label="Name" error={fieldError(create.error, 'name')}>
            <Input value={name} onChange={setName} autoFocus required />
          </Field>
          <Field
            label="Id"
            error={fieldError(create.error, 'id')}
            hint={
              <>
                Policies name it: <code className="font-mono">principal in Group::"{id === '' ? 'support' : id}"</code>
              </>
            }
          >
            <Input value={id} onChange={setTypedId} className="font-mono" required />
          </Field>
          <GroupPicker label="Part of" value={parents} onChange={setParents} />
          <ErrorNote error={create.error} />
          <div className="flex gap-2">
            <Button look="primary" type="submit" busy={create.isPending} disabled={name === '' || id === ''}>
              Add group
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </div>
        </PanelBody>
      </form>
    </DetailPanel>
  )
}
