import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useId } from 'react'
import { groupsQuery } from '../../api/queries.ts'

interface GroupPickerProps {
  readonly value: readonly string[]
  readonly onChange: (groups: readonly string[]) => void
  /** The legend over the boxes. */
  readonly label?: string
  /** A group that is not offered. */
  readonly without?: string
}

/** The groups of the tenant as checkboxes, in a box that scrolls when there are many. */
export function GroupPicker({ value, onChange, label = 'Groups', without }: GroupPickerProps): ReactElement {
  const groups = useQuery(groupsQuery)
  const id = useId()
  // A group that is not in the list (removed meanwhile) still shows, so that it can be taken away.
  const known = (groups.data?.items ?? []).filter((group) => group.id !== without)
  const options = [
    ...known.map((group) => ({ id: group.id, name: group.name })),
    ...value.filter((slug) => known.every((group) => group.id !== slug)).map((slug) => ({ id: slug, name: slug })),
  ]
  return (
    <fieldset aria-labelledby={id} className="flex flex-col gap-1">
      <legend id={id} className="mb-1 text-xs font-medium">
        {label}
      </legend>
      <div className="max-h-48 overflow-y-auto rounded-md border border-line-strong/60 py-1">
        {options.length === 0 ? <p className="px-2 py-1 text-muted">No groups yet</p> : null}
        {options.map((group) => (
          <label key={group.id} className="flex min-h-7 cursor-pointer items-center gap-2 px-2 hover:bg-sunken">
            <input
              type="checkbox"
              className="size-3.5 accent-accent"
              checked={value.includes(group.id)}
              onChange={(event) =>
                onChange(event.target.checked ? [...value, group.id] : value.filter((slug) => slug !== group.id))
              }
            />
            <span className="min-w-0 flex-1 truncate">{group.name}</span>
            {group.name === group.id ? null : <code className="font-mono text-xs text-muted">{group.id}</code>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
