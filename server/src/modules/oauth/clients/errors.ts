import { defineErrors } from '../../../platform/errors.ts'

export const clientsErrors = defineErrors('oauth', {
  invalid_redirect_uri: {
    status: 400,
    title: 'Redirect URI not accepted',
    detail: '{problem}',
    help: 'Name each redirect URI exactly: https, or http on a loopback address; for native applications also a scheme of their own (com.example.app:/callback). `rule` says which rule it breaks.',
  },
  invalid_client_metadata: {
    status: 400,
    title: 'Client metadata not accepted',
    detail: '{problem}',
    help: 'See RFC 7591, section 2, and docs/guide/applications-and-clients.md; `member` and `rule` say what is wrong.',
  },
  client_not_found: {
    status: 404,
    title: 'No such client',
    detail: 'The application {application} has no client {client}.',
    help: 'List them with `holdfast identity clients list APPLICATION`.',
  },
  client_exists: {
    status: 409,
    title: 'Client exists',
    detail: 'The client id {client} is taken.',
    help: 'Leave client_id out to have one made.',
  },
  client_without_secret: {
    status: 409,
    title: 'Client has no secret',
    detail: 'The client authenticates with {method}, not with a secret.',
    help: 'Set token_endpoint_auth_method to client_secret_basic or client_secret_post first.',
  },
  client_secret_not_found: {
    status: 404,
    title: 'No such secret',
    detail: 'The client has no such secret.',
    help: 'Read the client: it lists the secrets that it has, by their first characters.',
  },
  client_application_unknown: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application {application}.',
    help: 'List them with `holdfast applications list`.',
  },
  client_application_builtin: {
    status: 409,
    title: 'Built-in application',
    detail: 'The application holdfast is Holdfast itself; it has no clients.',
    help: 'Register an application of your own.',
  },
})
