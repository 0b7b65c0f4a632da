import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useDeferredValue, useState } from 'react'
import { api } from '../../api/index.ts'
import { groupsQuery, meQuery, servicesQuery } from '../../api/queries.ts'
import type { Uid } from '../../api/types.ts'
import { parseUid, uidText } from '../../lib/uid.ts'
import { type Choice, Combobox } from '../../ui/combobox.tsx'

interface PrincipalPickerProps {
  readonly onPick: (principal: Uid | null) => void
  readonly label?: string
  /** Groups are offered as well: they can be given something, though they never ask. */
  readonly groups?: boolean
}

/** Picks a person, a service or a group, by name; something else by writing `Type::"id"`. */
export function PrincipalPicker({ onPick, label = 'Principal', groups = false }: PrincipalPickerProps): ReactElement {
  const [text, setText] = useState('')
  const [choice, setChoice] = useState<Choice | null>(null)
  const me = useQuery(meQuery)
  const may = (action: string) => me.data?.actions.includes(action) === true
  // What stands in the field after a choice is its name; searching for that would empty the list.
  const query = useDeferredValue(choice?.label === text ? '' : text.trim().toLowerCase())
  const people = useQuery({
    queryKey: ['people', 'pick', query],
    queryFn: async ({ signal }) => await api.people({ query, limit: 20 }, signal),
    placeholderData: (previous) => previous,
    enabled: may('listPeople'),
  })
  const services = useQuery({ ...servicesQuery, enabled: may('listServices') })
  const all = useQuery({ ...groupsQuery, enabled: groups && may('listGroups') })
  const has = (name: string) => name.toLowerCase().includes(query)
  const written = choice?.label === text ? null : parseUid(text)
  const choices: Choice[] = [
    ...(written === null ? [] : [{ value: uidText(written), label: uidText(written), hint: 'as written' }]),
    ...(people.data?.items ?? []).map(({ id, name, email }) => ({
      value: uidText({ type: 'Person', id }),
      label: name,
      hint: email,
    })),
    ...(groups ? (all.data?.items ?? []) : [])
      .filter(({ id, name }) => has(name) || has(id))
      .map(({ id, name }) => ({ value: uidText({ type: 'Group', id }), label: name, hint: `Group ${id}` })),
    ...(services.data?.items ?? [])
      .filter(({ name }) => has(name))
      .map(({ id, name }) => ({ value: uidText({ type: 'Service', id }), label: name, hint: 'Service' })),
  ]
  return (
    <Combobox
      label={label}
      placeholder={groups ? 'Person, group or service' : 'Person or service'}
      value={choice}
      text={text}
      onText={setText}
      choices={choices}
      onChange={(next) => {
        setChoice(next)
        onPick(next === null ? null : parseUid(next.value))
      }}
    />
  )
}
