import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('tenants', {
  tenant_not_found: {
    status: 404,
    title: 'Tenant not found',
    detail: 'There is no tenant `{tenant}`.',
    help: 'List them with `holdfast tenants list`.',
  },
  tenant_taken: {
    status: 409,
    title: 'Tenant name taken',
    detail: 'There is a tenant `{slug}` already.',
    help: 'Choose another short name. It cannot be changed later, since addresses and audiences of tokens have it.',
  },
  tenant_host_taken: {
    status: 409,
    title: 'Host taken',
    detail: 'The host {host} belongs to another tenant, to an application, or to the installation itself.',
    help: 'A host leads to one place. Take it away there first, or choose another.',
  },
  tenant_first: {
    status: 409,
    title: 'The first tenant',
    detail: 'The first tenant looks after the installation, and cannot be suspended.',
    help: 'To stop everything, stop the server.',
  },
})
