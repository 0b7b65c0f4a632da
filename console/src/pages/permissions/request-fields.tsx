import { type ReactElement, useId } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/index.ts'
import { declaredIn } from '../../lib/cedar-text.ts'
import { Field, Input } from '../../ui/input.tsx'

function useDeclared(application: string): ReturnType<typeof declaredIn> {
  const { data } = useQuery({
    queryKey: ['schema', application],
    queryFn: async () => await api.schema(application),
  })
  return declaredIn(data?.text ?? '')
}

interface TextFieldProps {
  readonly label?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly application: string
  readonly error?: string | undefined
}

/** An action, with those of the schema to choose from. */
export function ActionField({ label = 'Action', value, onChange, application, error }: TextFieldProps): ReactElement {
  const { actions } = useDeclared(application)
  return <Suggesting label={label} value={value} onChange={onChange} from={actions} hint="view" error={error} />
}

/** An entity type, with those of the schema to choose from. */
export function TypeField({
  label = 'Resource type',
  value,
  onChange,
  application,
  error,
}: TextFieldProps): ReactElement {
  const { entities } = useDeclared(application)
  const own = entities.filter((name) => !['Role', 'Group', 'Person', 'Service'].includes(name))
  return <Suggesting label={label} value={value} onChange={onChange} from={own} hint="Order" error={error} />
}

interface SuggestingProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly from: readonly string[]
  readonly hint: string
  readonly error: string | undefined
}

function Suggesting({ label, value, onChange, from, hint, error }: SuggestingProps): ReactElement {
  const list = useId()
  return (
    <>
      <Field label={label} error={error}>
        <Input
          value={value}
          onChange={onChange}
          list={list}
          placeholder={from[0] ?? hint}
          spellCheck={false}
          className="font-mono"
        />
      </Field>
      <datalist id={list}>
        {from.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}
