import type { ReactElement } from 'react'
import { Field, Input, TextArea } from '../../ui/input.tsx'

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
      <Field label="Upstream" error={props.errorOf('upstream')} hint="Where the gateway sends what it lets through.">
        <Input
          value={props.upstream}
          onChange={props.onUpstream}
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
