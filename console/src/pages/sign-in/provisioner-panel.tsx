import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { signIn } from '../../api/identity.ts'
import { groupsQuery } from '../../api/queries.ts'
import type { ScimConnection } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Select } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'

interface ProvisionerPanelProps {
  readonly connection: ScimConnection
  readonly onClose: () => void
}

export function ProvisionerPanel({ connection, onClose }: ProvisionerPanelProps): ReactElement {
  const may = useMayHere()('createService')
  return (
    <DetailPanel title={connection.name} subtitle="Provisions by SCIM 2.0" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['URL', <CopyId key="url" id={connection.url} />],
            ['Keeps', count(connection.people, 'person', 'people')],
            ['Last used', <RelativeTime key="used" at={connection.lastUsedAt} />],
            ['Added', <RelativeTime key="added" at={connection.createdAt} />],
          ]}
        />
        <p>
          <Link to="/services/{-$id}" params={{ id: connection.id }} className="text-accent hover:underline">
            Its tokens, and how to delete it
          </Link>
        </p>
      </PanelBody>
      <Section title="Groups">
        <div className="flex flex-col gap-3">
          {connection.groups.length === 0 ? (
            <p className="text-muted">
              None. Groups that it makes are its own; a group that was here before must be allowed first.
            </p>
          ) : null}
          <GroupRows connection={connection} may={may} />
          {may ? <AllowGroup connection={connection} /> : null}
        </div>
      </Section>
    </DetailPanel>
  )
}

function GroupRows({ connection, may }: { connection: ScimConnection; may: boolean }): ReactElement {
  const disallow = useAct(async (group: string) => await signIn.disallowGroup(connection.id, group), {
    done: (_, group) => `${connection.name} no longer keeps ${group}`,
    refresh: [['provisioners']],
  })
  return (
    <>
      <ul className="flex flex-col empty:hidden">
        {connection.groups.map((group) => (
          <li key={group.id} className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5">
            <span className="inline-flex flex-wrap items-center gap-1.5">
              <Link to="/groups/{-$id}" params={{ id: group.id }} className="text-accent hover:underline">
                {group.id}
              </Link>
              {group.made ? <Tag>made by it</Tag> : null}
              {group.power ? <Tag>gives power</Tag> : null}
            </span>
            {may && !group.made ? (
              <ConfirmInline
                label="Disallow"
                busy={disallow.isPending}
                consequence={`${connection.name} can no longer change who is in ${group.id}; whoever is in it stays.`}
                confirm="Disallow"
                onConfirm={() => disallow.mutate(group.id)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      <ErrorNote error={disallow.error} />
    </>
  )
}

function AllowGroup({ connection }: { connection: ScimConnection }): ReactElement | null {
  const groups = useQuery(groupsQuery)
  const [group, setGroup] = useState('')
  const [power, setPower] = useState(false)
  const allow = useAct(async () => await signIn.allowGroup(connection.id, group, power), {
    done: () => `${connection.name} keeps ${group} from now on`,
    refresh: [['provisioners']],
    after: () => {
      setGroup('')
      setPower(false)
    },
  })
  const choices = (groups.data?.items ?? []).filter(({ id }) => connection.groups.every((each) => each.id !== id))
  if (choices.length === 0) return null
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        allow.mutate()
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Select
          label="Group to allow"
          value={group}
          onChange={setGroup}
          options={[
            { value: '', label: 'A group that is here' },
            ...choices.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Button type="submit" busy={allow.isPending} disabled={group === ''}>
          Allow
        </Button>
      </div>
      {group === '' ? null : (
        <Checkbox checked={power} onChange={setPower} label="Also when the group gives power over this installation" />
      )}
      <ErrorNote error={allow.error} />
    </form>
  )
}
