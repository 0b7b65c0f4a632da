import type { ReactElement } from 'react'
import { Field, Input } from './input.tsx'
import { MethodsField } from './methods-field.tsx'
import { Rows } from './rows.tsx'

export interface RouteFieldsValue {
  readonly path: string
  readonly methods?: readonly string[]
}

interface RouteFieldsProps<T extends RouteFieldsValue> {
  readonly value: T
  readonly onChange: (value: T) => void
}

/** A path and its methods, in one line where there is room. */
export function RouteFields<T extends RouteFieldsValue>({ value, onChange }: RouteFieldsProps<T>): ReactElement {
  return (
    <div className="grid gap-2 sm:grid-cols-[minmax(0,1fr)_9rem]">
      <Field label="Path">
        <Input value={value.path} className="font-mono text-xs" onChange={(path) => onChange({ ...value, path })} />
      </Field>
      <MethodsField
        value={value.methods}
        onChange={(methods) => {
          const { methods: _, ...rest } = value
          onChange((methods === undefined ? rest : { ...rest, methods }) as T)
        }}
      />
    </div>
  )
}

interface RouteRowsProps {
  readonly label: string
  readonly hint?: string
  readonly items: readonly RouteFieldsValue[]
  readonly onChange: (items: readonly RouteFieldsValue[]) => void
  readonly errorAt: (index: number) => string | undefined
  readonly disabled: boolean
}

export function RouteRows(props: RouteRowsProps): ReactElement {
  return (
    <Rows
      {...props}
      one="route"
      add="Add route"
      fresh={(): RouteFieldsValue => ({ path: '/' })}
      row={(route, put) => <RouteFields value={route} onChange={put} />}
    />
  )
}
