import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { meQuery } from '../../api/queries.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { SignInPage } from './frame.tsx'
import { LetterPanel } from './letter-panel.tsx'
import { MailState } from './mail-state.tsx'
import { Mailbox } from './mailbox.tsx'
import { TemplateList } from './template-list.tsx'
import { TemplatePanel } from './template-panel.tsx'

const route = getRouteApi('/sign-in/mail')

/** Letters: where they go, their words, and in development those that would have been sent. */
export function MailPage(): ReactElement {
  const { view, to = '', open } = route.useSearch()
  const navigate = route.useNavigate()
  const me = useQuery(meQuery)
  const show = (next: { view?: string; to?: string; open?: string }) => void navigate({ search: next })
  const mailbox = me.data?.installation.development === true && me.data.actions.includes('readMailbox')
  const shown = view === 'templates' || (view === 'mailbox' && mailbox) ? view : 'state'
  const close = () => show({ view: shown, ...(to === '' ? {} : { to }) })
  return (
    <SignInPage
      panel={
        open === undefined ? null : shown === 'templates' ? (
          <TemplatePanel key={open} name={open} onClose={close} />
        ) : shown === 'mailbox' ? (
          <LetterPanel key={open} id={open} to={to} onClose={close} />
        ) : null
      }
    >
      <Tabs
        label="Mail"
        inner
        value={shown}
        onChange={(next) => show({ view: next })}
        items={[
          { value: 'state', label: 'State', content: <MailState /> },
          {
            value: 'templates',
            label: 'Letters',
            content: <TemplateList selected={open} onOpen={(name) => show({ view: 'templates', open: name })} />,
          },
          ...(mailbox
            ? [
                {
                  value: 'mailbox' as const,
                  label: 'Development mailbox',
                  content: (
                    <Mailbox
                      to={to}
                      selected={open}
                      onTo={(next) => show({ view: 'mailbox', ...(next === '' ? {} : { to: next }) })}
                      onOpen={(id) => show({ view: 'mailbox', ...(to === '' ? {} : { to }), open: id })}
                    />
                  ),
                },
              ]
            : []),
        ]}
      />
    </SignInPage>
  )
}
