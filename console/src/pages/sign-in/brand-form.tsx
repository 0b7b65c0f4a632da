import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useRef, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { branding } from '../../api/identity.ts'
import type { Brand } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { useAct } from '../../ui/use-act.ts'

interface BrandFormProps {
  /** null: of all pages */
  readonly app: string | null
  readonly may: boolean
}

/** Name, colour and logo of the pages at which people sign in. */
export function BrandForm({ app, may }: BrandFormProps): ReactElement {
  const brand = useQuery({ queryKey: ['branding', app ?? ''], queryFn: async () => await branding.read(app) })
  return (
    <div className="max-w-xl">
      <Answer query={brand}>
        {(found) => (
          <>
            <Words key={found.updatedAt ?? ''} app={app} brand={found} may={may} />
            <Logo app={app} brand={found} may={may} />
          </>
        )}
      </Answer>
    </div>
  )
}

function Words({ app, brand, may }: BrandFormProps & { readonly brand: Brand }): ReactElement {
  const [name, setName] = useState(brand.name ?? '')
  const [accent, setAccent] = useState(brand.accent ?? '')
  const refresh = [['branding', app ?? '']]
  const save = useAct(
    async () =>
      await branding.save(app, {
        name: name.trim() === '' ? null : name.trim(),
        accent: accent.trim() === '' ? null : accent.trim(),
      }),
    { done: () => 'Branding saved', refresh },
  )
  const clear = useAct(async () => await branding.clear(app), { done: () => 'Branding dropped', refresh })
  const none = brand.updatedAt === null
  return (
    <Form
      act={save}
      submit={may ? 'Save' : null}
      error={clear.error}
      className="p-4"
      aside={
        <>
          {app === null ? (
            <a
              href="/sign-in?prompt=login&return=%2Fconsole%2Fsign-in%2Fbranding"
              target="_blank"
              rel="noreferrer"
              className="inline-flex h-8 items-center px-2 text-sm text-accent hover:underline"
            >
              See the sign-in page
            </a>
          ) : null}
          {may && !none ? (
            <ConfirmInline
              label="Drop all of it"
              busy={clear.isPending}
              consequence="Name, colour and logo go; the pages look as they come."
              confirm="Drop the branding"
              onConfirm={() => clear.mutate()}
            />
          ) : null}
        </>
      }
    >
      <p className="text-muted">
        {app === null
          ? 'What people see where they sign in, recover their account, and look after it.'
          : 'What people see who come from this application; where nothing is said, the branding of all pages stands.'}
      </p>
      <Field label="Name" error={fieldError(save.error, 'name')} hint="In place of the name of the installation.">
        <Input value={name} onChange={setName} disabled={!may} maxLength={100} />
      </Field>
      <Field
        label="Colour"
        error={fieldError(save.error, 'accent')}
        hint="Of buttons and links, as #rrggbb. It must be readable: the server says when it is not."
      >
        <div className="flex gap-2">
          <Input value={accent} onChange={setAccent} disabled={!may} placeholder="#1a6b54" className="font-mono" />
          <input
            type="color"
            aria-label="Choose a colour"
            value={/^#[0-9a-f]{6}$/iu.test(accent) ? accent : '#1a6b54'}
            disabled={!may}
            onChange={(event) => setAccent(event.target.value)}
            className="h-8 w-12 shrink-0 rounded-md border border-line-strong bg-surface p-1"
          />
        </div>
      </Field>
    </Form>
  )
}

function Logo({ app, brand, may }: BrandFormProps & { readonly brand: Brand }): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  const refresh = [['branding', app ?? '']]
  const save = useAct(async (image: Blob) => await branding.saveLogo(app, image), {
    done: () => 'Logo saved',
    refresh,
  })
  const remove = useAct(async () => await branding.removeLogo(app), { done: () => 'Logo removed', refresh })
  return (
    <Section title="Logo">
      <div className="flex flex-col gap-3">
        {brand.logo === null ? (
          <p className="text-muted">None. A PNG, JPEG or WebP, shown at the head of the pages.</p>
        ) : (
          <img
            src={brand.logo.href}
            alt="The logo"
            className="max-h-16 max-w-60 self-start rounded-md border border-line bg-white p-2"
          />
        )}
        {may ? (
          <div className="flex flex-wrap gap-2">
            <input
              ref={input}
              type="file"
              accept="image/png,image/jpeg,image/webp"
              aria-label="Logo file"
              className="sr-only"
              tabIndex={-1}
              onChange={(event) => {
                const chosen = event.target.files?.[0]
                if (chosen !== undefined) save.mutate(chosen)
                event.target.value = ''
              }}
            />
            <Button busy={save.isPending} onClick={() => input.current?.click()}>
              {brand.logo === null ? 'Choose a logo' : 'Replace it'}
            </Button>
            {brand.logo === null ? null : (
              <Button busy={remove.isPending} onClick={() => remove.mutate()}>
                Remove
              </Button>
            )}
          </div>
        ) : null}
        <ErrorNote error={save.error ?? remove.error} />
      </div>
    </Section>
  )
}
