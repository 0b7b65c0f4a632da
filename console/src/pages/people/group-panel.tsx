import { useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Group } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GroupsSection } from './groups-section.tsx'

interface GroupPanelProps {
  readonly group: Group
  readonly onClose: () => void
}

export function GroupPanel({ group, onClose }: GroupPanelProps): ReactElement {
  const queries = useQueryClient()
  const toast = useToast()
  const remove = useAct(async (id: string) => await api.deleteGroup(id), {
    done: () => `Group ${group.name} deleted`,
    refresh: [['groups'], ['people'], ['services']],
    leave: onClose,
  })
  return (
    <DetailPanel title={group.name} subtitle="Group" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['Id', <CopyId key="id" id={group.id} />],
            ['In policies', <CopyId key="policy" id={`Group::"${group.id}"`} />],
            ['Members', count(group.members, 'member')],
          ]}
        />
      </PanelBody>
      <GroupsSection
        title="Part of"
        groups={group.parents}
        none="No other group."
        without={group.id}
        save={async (parents) => {
          await api.changeGroup(group.id, { parents })
          toast(`Group ${group.name} saved`)
          await queries.invalidateQueries({ queryKey: ['groups'] })
        }}
      />
      <Section title="Delete">
        <ConfirmInline
          label="Delete group"
          busy={remove.isPending}
          consequence={`${count(group.members, 'member')} ${group.members === 1 ? 'leaves' : 'leave'} ${group.name}, and every policy that names Group::"${group.id}" stops applying to them. This cannot be undone.`}
          confirm={`Delete ${group.name}`}
          onConfirm={() => remove.mutate(group.id)}
        />
        <div className="mt-2 empty:hidden">
          <ErrorNote error={remove.error} />
        </div>
      </Section>
    </DetailPanel>
  )
}
