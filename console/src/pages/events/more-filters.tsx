import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useEffect, useState } from 'react'
import { applicationsQuery } from '../../api/queries.ts'
import type { Facets } from '../../api/types.ts'
import { type EventFilters, type FilterName, filterLabels, prefixOf, ranges } from '../../lib/event-filters.ts'
import { ocsfClasses } from '../../lib/ocsf.ts'
import { fromLocal, toLocal } from '../../lib/time.ts'
import { Field, Input } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'

interface MoreFiltersProps {
  readonly filters: EventFilters
  readonly facets: Facets | undefined
  readonly onChange: (name: FilterName, value: string) => void
}

const ANY = ''

/** Every filter that there is. What is typed counts on Enter, or when the field is left. */
export function MoreFilters({ filters, facets, onChange }: MoreFiltersProps): ReactElement {
  const applications = useQuery(applicationsQuery)
  const kinds = (facets?.kind ?? []).map(({ value }) => value)
  const suggested = [...new Set([...kinds.flatMap((kind) => prefixOf(kind) ?? []), ...kinds])].toSorted()
  const text = (name: FilterName, hint: string) => (
    <TextFilter name={name} hint={hint} value={filters[name] ?? ''} onChange={onChange} />
  )
  const choice = (name: FilterName, options: readonly (readonly [value: string, label: string])[]) => (
    <Choice name={name} value={filters[name] ?? ANY} options={options} onChange={onChange} />
  )
  return (
    <form
      id="more-filters"
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11rem),1fr))] gap-x-3 gap-y-2 border-y border-line bg-surface px-4 py-3"
    >
      <TextFilter
        name="kind"
        hint="session.started, or session.*"
        value={filters.kind ?? ''}
        onChange={onChange}
        suggestions={suggested}
      />
      {choice(
        'class',
        Object.entries(ocsfClasses).map(([uid, name]) => [uid, `${name} (${uid})`]),
      )}
      {choice('outcome', [
        ['success', 'success'],
        ['refused', 'refused'],
        ['failure', 'failure'],
      ])}
      {choice('severity', [
        ['low', 'low'],
        ['medium', 'medium'],
        ['high', 'high'],
        ['critical', 'critical'],
        ['fatal', 'fatal'],
      ])}
      {text('actor', 'id of who acted')}
      {text('target', 'id of what was acted on')}
      {choice(
        'application',
        (applications.data?.items ?? []).map(({ id, name }) => [id, name]),
      )}
      {text('address', 'whole, or several by commas')}
      {text('reason', 'code of a refusal')}
      {text('requestId', 'id of a request')}
      <TimeFilter
        name="since"
        value={filters.since !== undefined && !(filters.since in ranges) ? filters.since : ''}
        onChange={onChange}
      />
      <TimeFilter name="until" value={filters.until ?? ''} onChange={onChange} />
    </form>
  )
}

interface OneFilterProps {
  readonly name: FilterName
  readonly value: string
  readonly onChange: (name: FilterName, value: string) => void
}

function TextFilter(
  props: OneFilterProps & { readonly hint: string; readonly suggestions?: readonly string[] },
): ReactElement {
  const { name, value, onChange, hint, suggestions = [] } = props
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const send = () => {
    if (text.trim() !== value) onChange(name, text)
  }
  return (
    <Field label={filterLabels[name]}>
      <Input
        value={text}
        onChange={setText}
        placeholder={hint}
        spellCheck={false}
        onBlur={send}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send()
        }}
        {...(suggestions.length === 0 ? {} : { list: `known-${name}` })}
      />
      {suggestions.length === 0 ? null : (
        <datalist id={`known-${name}`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </Field>
  )
}

function TimeFilter({ name, value, onChange }: OneFilterProps): ReactElement {
  return (
    <Field label={filterLabels[name]}>
      <Input
        type="datetime-local"
        step={1}
        value={value === '' ? '' : toLocal(value)}
        onChange={(local) => onChange(name, fromLocal(local) ?? '')}
      />
    </Field>
  )
}

function Choice(props: OneFilterProps & { readonly options: readonly (readonly [string, string])[] }): ReactElement {
  const { name, value, options, onChange } = props
  const known = value === ANY || options.some(([each]) => each === value)
  return (
    <SelectField
      label={filterLabels[name]}
      value={value}
      onChange={(next) => onChange(name, next)}
      options={[
        { value: ANY, label: 'any' },
        ...options.map(([each, label]) => ({ value: each, label })),
        ...(known ? [] : [{ value, label: value }]),
      ]}
      className="w-full"
    />
  )
}
