import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { templatesQuery } from '../../api/identity-queries.ts'
import type { MailTemplate } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { nameColumn } from '../../ui/columns.tsx'
import { Answer } from '../../ui/loading.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'

interface TemplateListProps {
  readonly selected: string | undefined
  readonly onOpen: (name: string) => void
}

const columns: readonly Column<MailTemplate>[] = [
  nameColumn('Letter', (template) => template.name),
  {
    id: 'subject',
    header: 'Subject',
    cell: (template) => (template.own[0] ?? template.builtin).subject,
    from: 'md',
  },
  {
    id: 'kind',
    header: 'Kind',
    value: (template) => template.kind,
    cell: (template) => (template.kind === 'notice' ? 'tells' : 'was asked for'),
    from: 'sm',
  },
  {
    id: 'own',
    header: 'Own words',
    value: (template) => template.own.length,
    cell: (template) => <Tags items={template.own.map(({ locale }) => locale)} none="–" />,
  },
]

/** Every letter that Holdfast sends. */
export function TemplateList({ selected, onOpen }: TemplateListProps): ReactElement {
  const templates = useQuery(templatesQuery)
  return (
    <Answer query={templates}>
      {({ items }) => (
        <DataTable
          label="Letters"
          columns={columns}
          rows={items}
          rowId={(template) => template.name}
          selected={selected}
          onOpen={(template) => onOpen(template.name)}
        />
      )}
    </Answer>
  )
}
