import type { ReactElement } from 'react'
import { listOf } from '../../lib/words.ts'
import { Field, TextArea } from '../../ui/input.tsx'

interface GatewayFieldsProps {
  readonly hosts: string
  readonly onHosts: (hosts: string) => void
  readonly upstream: string
  readonly onUpstream: (upstream: string) => void
  readonly publicPaths: string
  readonly onPublicPaths: (paths: string) => void
  readonly errorOf: (field: string) => string | undefined
}

/** The fields that say how the gateway serves an application: new or existing. */
export function GatewayFields(props: GatewayFieldsProps): ReactElement {
  return (
    <>
      <Field label="Hosts" error={props.errorOf('hosts')} hint="One a line, with the port when it is not 443.">
        <TextArea
          value={props.hosts}
          onChange={props.onHosts}
          rows={2}
          placeholder="shop.localhost:7480"
          className="font-mono"
        />
      </Field>
      <Field
        label="Upstreams"
        error={props.errorOf('upstream')}
        hint="Where the gateway sends what it lets through; one a line, when there are several."
      >
        <TextArea
          value={props.upstream}
          onChange={props.onUpstream}
          rows={2}
          placeholder="http://127.0.0.1:7410"
          className="font-mono"
        />
      </Field>
      <Field
        label="Public paths"
        error={props.errorOf('publicPaths')}
        hint="One a line; these need no session. A star at the end stands for everything below."
      >
        <TextArea
          value={props.publicPaths}
          onChange={props.onPublicPaths}
          rows={3}
          placeholder="/"
          className="font-mono"
        />
      </Field>
    </>
  )
}

/** What was typed as the application has it: none, one, or several. */
export function upstreamOf(text: string): string | readonly string[] | null {
  const origins = listOf(text)
  return origins.length > 1 ? origins : (origins[0] ?? null)
}
