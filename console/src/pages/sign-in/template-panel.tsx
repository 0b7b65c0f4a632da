import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { mail } from '../../api/identity.ts'
import { mailQuery, templatesQuery } from '../../api/identity-queries.ts'
import type { MailTemplate } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'

interface TemplatePanelProps {
  readonly name: string
  readonly onClose: () => void
}

/** The words of one letter, in the language of the settings: the built-in ones, or one's own. */
export function TemplatePanel({ name, onClose }: TemplatePanelProps): ReactElement {
  const templates = useQuery(templatesQuery)
  const status = useQuery(mailQuery)
  const may = useMayHere()('changeMail')
  const template = templates.data?.items.find((each) => each.name === name)
  if (template === undefined || status.data === undefined) {
    return (
      <DetailPanel title={name} onClose={onClose}>
        {templates.isPending || status.isPending ? (
          <Loading />
        ) : (
          <p className="p-4 text-muted">There is no such letter.</p>
        )}
      </DetailPanel>
    )
  }
  const { locale } = status.data
  const own = template.own.find((each) => each.locale === locale)
  return (
    <DetailPanel
      title={template.name}
      subtitle={template.kind === 'notice' ? 'Tells of what was done' : 'Sent when somebody asks for it'}
      onClose={onClose}
    >
      <PanelBody>
        <Facts
          items={[
            ['Words', own === undefined ? 'built in' : `your own, in ${locale}`],
            [
              'Values',
              <Tags
                key="values"
                items={['installation', ...Object.keys(template.values)].map((value) => `{${value}}`)}
              />,
            ],
          ]}
        />
        <Words key={own?.updatedAt ?? 'builtin'} template={template} locale={locale} may={may} />
      </PanelBody>
    </DetailPanel>
  )
}

function Words({ template, locale, may }: { template: MailTemplate; locale: string; may: boolean }): ReactElement {
  const own = template.own.find((each) => each.locale === locale)
  const before = own ?? template.builtin
  const [subject, setSubject] = useState(before.subject)
  const [body, setBody] = useState(before.body)
  const [button, setButton] = useState(before.button ?? '')
  const refresh = [['mail', 'templates']]
  const save = useAct(
    async () => await mail.saveTemplate(template.name, { locale, subject, body, ...(button === '' ? {} : { button }) }),
    { done: () => `Words of ${template.name} saved`, refresh },
  )
  const reset = useAct(async () => await mail.resetTemplate(template.name, locale), {
    done: () => `${template.name} has its built-in words again`,
    refresh,
  })
  return (
    <Form
      act={save}
      submit={may ? 'Save' : null}
      error={reset.error}
      aside={
        may && own !== undefined ? (
          <ConfirmInline
            label="Built-in words"
            busy={reset.isPending}
            consequence="Your own words of this letter are dropped."
            confirm="Drop them"
            onConfirm={() => reset.mutate()}
          />
        ) : null
      }
    >
      <Field label="Subject" error={fieldError(save.error, 'subject')}>
        <Input value={subject} onChange={setSubject} disabled={!may} />
      </Field>
      <Field label="Text" error={fieldError(save.error, 'body')} hint="Paragraphs, with an empty line between them.">
        <TextArea rows={12} value={body} onChange={setBody} disabled={!may} />
      </Field>
      {template.builtin.button === null ? null : (
        <Field label="Button" error={fieldError(save.error, 'button')}>
          <Input value={button} onChange={setButton} disabled={!may} />
        </Field>
      )}
    </Form>
  )
}
