import type { ReactElement } from 'react'
import { fieldError } from '../../api/errors.ts'
import type { Role } from '../../api/types.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'

export interface RoleText {
  readonly name: string
  readonly description: string
  readonly parents: readonly string[]
}

interface RoleFieldsProps {
  readonly value: RoleText
  readonly onChange: (value: RoleText) => void
  readonly roles: readonly Role[]
  /** The role itself, which cannot be its own parent. */
  readonly self?: string
  readonly error: unknown
  readonly autoFocus?: boolean
}

export function RoleFields({ value, onChange, roles, self, error, autoFocus = false }: RoleFieldsProps): ReactElement {
  const others = roles.filter(({ id }) => id !== self)
  return (
    <>
      <Field label="Name" error={fieldError(error, 'name')}>
        <Input value={value.name} onChange={(name) => onChange({ ...value, name })} autoFocus={autoFocus} />
      </Field>
      <Field label="For" hint="Whoever gives the role reads it." error={fieldError(error, 'description')}>
        <TextArea
          value={value.description}
          onChange={(description) => onChange({ ...value, description })}
          rows={2}
          maxLength={2000}
        />
      </Field>
      {others.length === 0 ? null : (
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-xs font-medium">Whoever has it has also</legend>
          <div className="flex max-h-40 flex-col gap-1.5 overflow-y-auto rounded-md border border-line-strong/60 p-2">
            {others.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={value.parents.includes(id)}
                onChange={(on) =>
                  onChange({
                    ...value,
                    parents: on ? [...value.parents, id] : value.parents.filter((parent) => parent !== id),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      )}
    </>
  )
}
