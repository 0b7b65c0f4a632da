import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Tags } from '../../ui/badge.tsx'
import { Button, TextButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { GroupPicker } from './group-picker.tsx'

interface GroupsSectionProps {
  /** "Groups" of a person or service, "Part of" of a group. */
  readonly title: string
  readonly groups: readonly string[]
  /** What it means to be in none. */
  readonly none: string
  /** Not offered as a choice: a group cannot be part of itself. */
  readonly without?: string
  readonly save: (groups: readonly string[]) => Promise<void>
}

/** The groups that something is in, and their change. */
export function GroupsSection({ title, groups, none, without, save }: GroupsSectionProps): ReactElement {
  const [draft, setDraft] = useState<readonly string[] | null>(null)
  const change = useMutation({ mutationFn: save, onSuccess: () => setDraft(null) })
  const close = () => {
    setDraft(null)
    change.reset()
  }
  if (draft === null) {
    return (
      <Section
        title={title}
        aside={
          <TextButton aria-label={`Edit ${title.toLowerCase()}`} onClick={() => setDraft(groups)}>
            Edit
          </TextButton>
        }
      >
        <Tags items={groups} none={none} />
      </Section>
    )
  }
  return (
    <Section title={title}>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(draft)
        }}
      >
        <GroupPicker label="Groups" value={draft} onChange={setDraft} {...(without === undefined ? {} : { without })} />
        <ErrorNote error={change.error} />
        <div className="flex gap-2">
          <Button look="primary" type="submit" busy={change.isPending}>
            Save
          </Button>
          <Button onClick={close}>Cancel</Button>
        </div>
      </form>
    </Section>
  )
}
