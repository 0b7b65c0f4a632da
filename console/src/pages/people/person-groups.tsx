import type { UseMutationResult } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Person, PersonChange } from '../../api/types.ts'
import { Button, TextButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Tags } from '../../ui/badge.tsx'
import { GroupPicker } from './group-picker.tsx'

interface PersonGroupsProps {
  readonly person: Person
  readonly change: UseMutationResult<Person, Error, PersonChange>
}

export function PersonGroups({ person, change }: PersonGroupsProps): ReactElement {
  const [draft, setDraft] = useState<readonly string[] | null>(null)
  const failed = change.variables?.groups === undefined ? null : change.error
  if (draft === null) {
    return (
      <Section title="Groups" aside={<TextButton onClick={() => setDraft(person.groups)}>Edit</TextButton>}>
        <Tags items={person.groups} none="In no group: only policies for everybody apply." />
      </Section>
    )
  }
  return (
    <Section title="Groups">
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({ groups: draft })
        }}
      >
        <GroupPicker value={draft} onChange={setDraft} />
        <ErrorNote error={failed} />
        <div className="flex gap-2">
          <Button look="primary" type="submit" busy={change.isPending}>
            Save groups
          </Button>
          <Button onClick={() => setDraft(null)}>Cancel</Button>
        </div>
      </form>
    </Section>
  )
}
