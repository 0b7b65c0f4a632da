import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useDeferredValue, useState } from 'react'
import { api } from '../../api/index.ts'
import { servicesQuery } from '../../api/queries.ts'
import type { Uid } from '../../api/types.ts'
import { type Choice, Combobox } from '../../ui/combobox.tsx'

/** Picks a person or a service, by name. */
export function PrincipalPicker({ onPick }: { onPick: (principal: Uid | null) => void }): ReactElement {
  const [text, setText] = useState('')
  const [choice, setChoice] = useState<Choice | null>(null)
  // What stands in the field after a choice is its name; searching for that would empty the list.
  const query = useDeferredValue(choice?.label === text ? '' : text.trim().toLowerCase())
  const people = useQuery({
    queryKey: ['people', 'pick', query],
    queryFn: async ({ signal }) => await api.people({ query, limit: 20 }, signal),
    placeholderData: (previous) => previous,
  })
  const services = useQuery(servicesQuery)
  const choices: Choice[] = [
    ...(people.data?.items ?? []).map(({ id, name, email }) => ({ value: `Person ${id}`, label: name, hint: email })),
    ...(services.data?.items ?? [])
      .filter(({ name }) => name.toLowerCase().includes(query))
      .map(({ id, name }) => ({ value: `Service ${id}`, label: name, hint: 'Service' })),
  ]
  return (
    <Combobox
      label="Principal"
      placeholder="Person or service"
      value={choice}
      text={text}
      onText={setText}
      choices={choices}
      onChange={(next) => {
        setChoice(next)
        const [type, id] = next?.value.split(' ') ?? []
        onPick(type === undefined || id === undefined ? null : { type, id })
      }}
    />
  )
}
