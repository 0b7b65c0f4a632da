import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useDeferredValue, useState } from 'react'
import { api } from '../../api/index.ts'
import { Combobox } from '../../ui/combobox.tsx'

/** Finds the person whose sessions to show. */
export function PersonPicker({ onPick }: { onPick: (id: string) => void }): ReactElement {
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  const people = useQuery({
    queryKey: ['people', 'pick', query],
    queryFn: async ({ signal }) => await api.people({ query, limit: 20 }, signal),
    placeholderData: (previous) => previous,
  })
  return (
    <Combobox
      label="Sessions of one person"
      placeholder="Filter by person"
      value={null}
      text={text}
      onText={setText}
      choices={(people.data?.items ?? []).map((person) => ({
        value: person.id,
        label: person.name,
        hint: person.email,
      }))}
      onChange={(choice) => {
        if (choice !== null) onPick(choice.value)
      }}
    />
  )
}
